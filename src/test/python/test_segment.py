"""segment, fit_law, calibrate and p_value, each beside a slow twin that knows nothing of libflowline's code."""

from __future__ import annotations

import math
import unittest
from typing import Any, Dict, List, Tuple

import numpy as np

import support
import flowline
from flowline import NumberOfTests, PfaBound

ALPHA, BETA = 0.316915, 4.062570
LARGEST = np.finfo(np.float32).max


def components(seen: np.ndarray) -> List[List[Tuple[int, int]]]:
    """The connected components of a mask, by four neighbours."""
    left = {(int(y), int(x)) for y, x in np.argwhere(seen)}
    found = []
    while left:
        border = [left.pop()]
        component = []
        while border:
            y, x = border.pop()
            component.append((y, x))
            for neighbour in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if neighbour in left:
                    left.remove(neighbour)
                    border.append(neighbour)
        found.append(component)
    return found


def slow_min_log10_nfa(scales: List[np.ndarray]) -> float:
    """Tries every component of every level set of every scale: Chernoff's bound, the number of tests by size."""
    energies = [(scale.astype(np.float64) ** 2).sum(axis=0) for scale in scales]
    positions = sum(energy.size for energy in energies)
    smallest = math.inf
    for scale, energy in zip(scales, energies):
        channels = scale.shape[0]

        def log10_tests(size: int) -> float:
            return math.log10(positions * energy.size * ALPHA / size) + size * math.log10(BETA)

        smallest = min(smallest, log10_tests(1))  # of positions in no region
        for level in np.unique(energy):
            for component in components(energy >= level):
                m = min(energy[place] for place in component)
                excess = m / channels - 1 - math.log(m / channels) if m > channels else 0.0
                log10_pfa = -len(component) * channels / 2 * excess / math.log(10)
                smallest = min(smallest, log10_pfa + log10_tests(len(component)))
    return smallest


def upsampled(small: Any, height: int, width: int) -> Any:
    """Bilinear, corners not aligned."""

    def across(values: Any, size: int) -> Any:
        at = np.clip((np.arange(size) + 0.5) * len(values) / size - 0.5, 0, len(values) - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, len(values) - 1)
        part = (at - low)[:, None]
        return values[low] * (1 - part) + values[high] * part

    return across(across(small, height).T, width).T


def slow_anomaly_map(scales: List[np.ndarray], height: int, width: int) -> Any:
    likelihoods = [np.exp(-0.5 * (scale.astype(np.float64) ** 2).mean(axis=0)) for scale in scales]
    return 1 - np.mean([upsampled(likelihood, height, width) for likelihood in likelihoods], axis=0)


def random_latents(seed: int, batch: int = 3) -> List[np.ndarray]:
    """White noise with spots of several strengths."""
    random = np.random.default_rng([support.SEED, seed])
    scales = [random.standard_normal((batch, 5, 9, 7)), random.standard_normal((batch, 8, 4, 4))]
    for image in range(batch):
        scales[0][image, :, 2:4, 3:6] += 1.5 * image
        scales[1][image, :, 1, 1:3] += image
    return [scale.astype(np.float32) for scale in scales]


def at_odd_address(array: Any) -> Any:
    return np.frombuffer(b"x" + array.tobytes(), np.uint8)[1:].view(array.dtype).reshape(array.shape)


class SegmentTest(unittest.TestCase):
    def test_the_smallest_log10_nfa_is_that_of_all_level_sets(self) -> None:
        found = 0
        for seed in range(6):
            latents = random_latents(seed)
            result = flowline.segment(latents, (36, 28))
            for image in range(3):
                slow = slow_min_log10_nfa([scale[image] for scale in latents])
                self.assertAlmostEqual(float(result.min_log10_nfa[image]), slow, delta=2e-5 * max(1, abs(slow)))
                found += slow < 0
                self.assertGreaterEqual(float(result.log10_nfa[image].min()), float(result.min_log10_nfa[image]))
        self.assertTrue(3 <= found <= 15, found)

    def test_the_anomaly_map_is_that_of_the_likelihoods(self) -> None:
        latents = random_latents(7)
        result = flowline.segment(latents, (20, 31))
        assert result.fused_map is not None
        for image in range(3):
            scales = [scale[image] for scale in latents]
            np.testing.assert_allclose(result.anomaly_map[image], slow_anomaly_map(scales, 20, 31), atol=2e-6)
            np.testing.assert_allclose(result.fused_map[image], slow_anomaly_map(scales, 9, 7), atol=2e-6)
            self.assertEqual(result.anomaly_score[image], result.anomaly_map[image].max())

    def test_latents_of_other_forms_give_the_same_bits(self) -> None:
        latents = random_latents(8)
        wanted = flowline.segment(latents, (18, 14))
        channels_last = [np.ascontiguousarray(scale.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2) for scale in latents]
        turned = [np.ascontiguousarray(scale[:, :, ::-1])[:, :, ::-1] for scale in latents]
        inside = [np.pad(scale, 2)[2:-2, 2:-2, 2:-2, 2:-2] for scale in latents]
        others = {
            "channels last": channels_last,
            "turned": turned,
            "a slice": inside,
            "the other byte order": [scale.astype(scale.dtype.newbyteorder()) for scale in latents],
            "float64": [scale.astype(np.float64) for scale in latents],
            "odd addresses": [at_odd_address(scale) for scale in latents],
            "a tuple": tuple(latents),
        }
        for name, other in others.items():
            result = flowline.segment(other, (18, 14))
            for member in ("log10_nfa", "min_log10_nfa", "anomaly_map"):
                np.testing.assert_array_equal(getattr(result, member), getattr(wanted, member), name)
        one = flowline.segment([scale[1] for scale in latents], (18, 14))
        np.testing.assert_array_equal(one.log10_nfa[0], wanted.log10_nfa[1])
        same = flowline.segment([np.broadcast_to(scale[1], scale.shape) for scale in latents], (18, 14))
        np.testing.assert_array_equal(same.log10_nfa, np.repeat(one.log10_nfa, 3, axis=0))

    def test_random_views_are_their_copies(self) -> None:
        random = np.random.default_rng([support.SEED, 5])
        for _ in range(100):
            dtype = (np.float32, np.float16, np.dtype(np.float32).newbyteorder())[random.integers(3)]
            view = random.standard_normal(random.integers(2, 9, 4)).astype(dtype).transpose(random.permutation(4))
            view = view[tuple(slice(None, None, int(step)) for step in random.choice([-2, -1, 1, 2], 4))]
            copy = np.ascontiguousarray(view.astype(view.dtype.newbyteorder("=")))
            made, wanted = (flowline.segment(latents, (9, 8)) for latents in (view, copy))
            np.testing.assert_array_equal(made.log10_nfa, wanted.log10_nfa)
            np.testing.assert_array_equal(made.anomaly_map, wanted.anomaly_map)

    def test_float16(self) -> None:
        halves = [scale.astype(np.float16) for scale in random_latents(9)]
        result = flowline.segment(halves, (18, 14))
        exact = flowline.segment([scale.astype(np.float32) for scale in halves], (18, 14))
        np.testing.assert_array_equal(result.log10_nfa, exact.log10_nfa)

    def test_what_is_ignored_is_not_tested(self) -> None:
        latents = random_latents(10)
        ignore = np.zeros((36, 28), bool)
        ignore[:, 8:] = True
        result = flowline.segment(latents, (36, 28), ignore=ignore)
        self.assertTrue(np.all(result.log10_nfa[:, ignore] == LARGEST))
        self.assertTrue(np.all(result.log10_nfa[:, ~ignore] < 99))
        by_roi = flowline.segment(latents, (36, 28), roi=(0, 0, 8, 36))
        np.testing.assert_array_equal(by_roi.log10_nfa, result.log10_nfa)
        nothing = flowline.segment(latents, (36, 28), ignore=np.ones((3, 36, 28), np.uint8))
        self.assertTrue(np.all(nothing.min_log10_nfa == LARGEST))
        each = np.stack([ignore, ~ignore, ignore])
        others = flowline.segment(latents, (36, 28), ignore=~ignore)
        wanted = [result.min_log10_nfa[0], others.min_log10_nfa[1], result.min_log10_nfa[2]]
        self.assertEqual(list(flowline.segment(latents, (36, 28), ignore=each).min_log10_nfa), wanted)

    def test_bounds_and_numbers_of_tests_differ(self) -> None:
        latents = random_latents(11)
        smallest = {
            (bound, number): float(
                flowline.segment(latents, (18, 14), pfa_bound=bound, number_of_tests=number).min_log10_nfa[2]
            )
            for bound in PfaBound
            for number in NumberOfTests
        }
        self.assertLess(
            smallest[PfaBound.EXACT, NumberOfTests.BY_SIZE], smallest[PfaBound.CHERNOFF, NumberOfTests.BY_SIZE]
        )
        self.assertNotEqual(
            smallest[PfaBound.CHERNOFF, NumberOfTests.PUBLISHED], smallest[PfaBound.CHERNOFF, NumberOfTests.BY_SIZE]
        )

    def test_wrong_arguments_are_refused(self) -> None:
        good = random_latents(12)
        cases: Dict[str, Tuple[object, Dict[str, object]]] = {
            "float16, float32 or float64, got int64": (np.ones((1, 2, 3, 3), np.int64), {}),
            "got complex64": (np.ones((1, 2, 3, 3), np.complex64), {}),
            r"latents\[0\] must have the shape \(batch, channels, height, width\), got \(3, 3\)": (np.ones((3, 3)), {}),
            r"latents\[1\] must have the shape": ([good[0], good[1][0]], {}),
            r"latents\[1\] has a batch of 2": ([good[0], good[1][:2]], {}),
            r"latents\[0\] is empty": (np.ones((0, 2, 3, 3)), {}),
            "1 to 64 scales, got 0": ([], {}),
            "size must be": (good, {"size": (0, 4)}),
            r"ignore must have the shape \(18, 14\)": (good, {"ignore": np.zeros((14, 18), bool)}),
            "ignore must be of bool or uint8, got float64": (good, {"ignore": np.zeros((18, 14))}),
            "roi must be": (good, {"roi": (0, 0, 0, 0)}),
            "roi": (good, {"roi": (0, 0, 15, 18)}),
            "smallest_region": (good, {"smallest_region": 4}),
        }
        for pattern, (latents, arguments) in cases.items():
            with self.assertRaisesRegex(ValueError, pattern):
                flowline.segment(latents, arguments.pop("size", (18, 14)), **arguments)  # type: ignore[arg-type]

    def test_latents_that_are_not_finite_are_refused(self) -> None:
        for value in (np.nan, np.inf, 1e300):
            latents = [scale.astype(np.float64) for scale in random_latents(13)]
            latents[1][2, 3, 1, 0] = value
            with self.assertRaisesRegex(flowline.NotFiniteError, r"latents\[1\]"):
                flowline.segment(latents, (18, 14))


class LawTest(unittest.TestCase):
    def test_a_law_finds_a_spot_and_keeps_its_promise(self) -> None:
        random = np.random.default_rng([support.SEED, 99])
        noise = random.standard_normal((160, 4, 8, 8)).astype(np.float32)
        law = flowline.fit_law(flowline.segment(noise[:60], (8, 8)).fused_map)  # type: ignore[arg-type]
        self.assertEqual(law.size, (8, 8))
        self.assertTrue(np.all(np.diff(law.level) > 0))
        self.assertTrue(np.all(np.diff(law.log10_pfa, axis=1) <= 0))
        good = flowline.segment(noise[60:], (32, 32), law=law).min_log10_nfa
        threshold = flowline.calibrate(good, 0.1)
        self.assertEqual(threshold.log10_epsilon, np.sort(good)[9])
        spotted = noise[60:70].copy()
        spotted[:, :, 2:4, 2:4] += 4
        self.assertTrue(np.all(flowline.segment(spotted, (32, 32), law=law).min_log10_nfa < threshold.log10_epsilon))
        with self.assertRaisesRegex(ValueError, "law"):
            flowline.segment(noise[:, :, :4], (8, 8), law=law)

    def test_wrong_maps_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "shape"):
            flowline.fit_law(np.zeros((8, 8)))
        with self.assertRaisesRegex(ValueError, "images"):
            flowline.fit_law(np.full((2, 8, 8), 0.5))
        with self.assertRaisesRegex(ValueError, "finite|NaN|nan"):
            flowline.fit_law(np.full((9, 8, 8), np.nan))
        law = flowline.fit_law(np.random.default_rng(1).random((9, 8, 8)))
        with self.assertRaisesRegex(ValueError, "float32"):
            flowline.RegionLaw(law.level.astype(float), law.log10_pfa, law.size, 0.5, 1.0, law.baseline_log10_pfa)
        with self.assertRaisesRegex(ValueError, "shape"):
            flowline.RegionLaw(law.level[1:].copy(), law.log10_pfa, law.size, 0.5, 1.0, law.baseline_log10_pfa)


class CalibrationTest(unittest.TestCase):
    def test_the_threshold_is_the_jth_smallest(self) -> None:
        random = np.random.default_rng([support.SEED, 1])
        for images, rate in ((19, 0.05), (99, 0.01), (250, 0.03)):
            scores = random.normal(size=images).astype(np.float32)
            j = math.floor(rate * (images + 1) + 1e-9)
            threshold = flowline.calibrate(scores, rate)
            self.assertEqual(threshold.log10_epsilon, np.sort(scores)[j - 1])
            self.assertAlmostEqual(threshold.promised, j / (images + 1))
            self.assertEqual(flowline.calibrate(list(map(float, scores)), rate), threshold)
            self.assertEqual(flowline.calibrate(at_odd_address(scores), rate), threshold)
            wide = np.repeat(scores.astype(np.float64), 3)[::3]
            self.assertEqual(flowline.calibrate(wide, rate), threshold)

    def test_a_confidence_takes_more_images(self) -> None:
        scores = np.arange(59, dtype=np.float32)
        self.assertEqual(flowline.calibrate(scores, 0.05, confidence=0.95).log10_epsilon, 0)
        self.assertEqual(flowline.calibrate(scores, 0.05).log10_epsilon, 2)
        with self.assertRaisesRegex(flowline.TooFewImagesError, "59"):
            flowline.calibrate(scores[1:], 0.05, confidence=0.95)
        with self.assertRaisesRegex(ValueError, "19"):  # which the error is too
            flowline.calibrate(scores[:18], 0.05)

    def test_p_values_count(self) -> None:
        scores = [-3.0, -1.0, 0.0, 2.0]
        for of_image, count in ((-4, 0), (-3, 1), (-1.5, 1), (1, 3), (9, 4)):
            self.assertAlmostEqual(flowline.p_value(scores, of_image), (1 + count) / 5)

    def test_wrong_scores_are_refused(self) -> None:
        for scores, pattern in (
            ([0.0, None], r"log10_nfa\[1\] is None: such an image was not inspected"),
            ([0.0, math.nan], "min_log10_nfa"),
            ([], "images"),
            (np.zeros((3, 3)), "one number for each image"),
            ([0.0, float(LARGEST)], "is FLT_MAX: nothing of the image was tested"),
        ):
            with self.assertRaisesRegex(ValueError, pattern):
                flowline.calibrate(scores, 0.5)
        for rate in (0, 1, -1, math.nan):
            with self.assertRaisesRegex(ValueError, "rate"):
                flowline.calibrate([1.0, 2.0], rate)
        for confidence in (0, 1, 2):
            with self.assertRaisesRegex(ValueError, "confidence"):
                flowline.calibrate([1.0, 2.0], 0.5, confidence=confidence)


if __name__ == "__main__":
    unittest.main()
