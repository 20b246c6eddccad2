"""An exported file that is opened: inspect is preprocess, the network and judge; life, threads and faults."""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import signal
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, List
from unittest import mock

import numpy as np

import support
import tiny_model
import flowline
from flowline import Verdict

LARGEST = np.finfo(np.float32).max


def frames(count: int = 7) -> List[np.ndarray]:
    """Frames of several sizes, grey and colour by turns; the last ones have a bright spot."""
    random = np.random.default_rng([support.SEED, count])
    made = []
    for i in range(count):
        shape = (20 + 7 * i, 31 + 3 * i) if i % 2 == 0 else (20 + 7 * i, 31 + 3 * i, 3)
        frame = random.integers(100, 150, shape).astype(np.uint8)
        if 2 * i >= count:
            frame[shape[0] // 2 : shape[0] // 2 + 5, 6:12] = 255
        made.append(frame)
    return made


def spotted() -> np.ndarray:
    """A frame of 62 x 49 pixels with a bright spot at y 30, x 6, of 12 x 12."""
    frame = np.random.default_rng(support.SEED).integers(100, 150, (62, 49)).astype(np.uint8)
    frame[30:42, 6:18] = 255
    return frame


def opened(path: Path, **arguments: Any) -> flowline.Model:
    return flowline.open(path, onnxruntime=support.onnxruntime(), **arguments)


class ModelTest(unittest.TestCase):
    path: Path

    @classmethod
    def setUpClass(cls) -> None:
        support.need_inspect()
        cls.path = tiny_model.write("tiny.onnx")

    def assert_same(self, a: flowline.Inspection, b: flowline.Inspection) -> None:
        self.assertEqual(a, b)
        for one, other in ((a.log10_nfa_map, b.log10_nfa_map), (a.anomaly_map, b.anomaly_map)):
            np.testing.assert_array_equal(one, other)

    def test_inspect_is_preprocess_network_and_judge(self) -> None:
        some = frames()
        for batch in (1, 3, 16):
            with opened(self.path, batch=batch, threads=2) as model:
                inspections = model.inspect(some, order="bgr", maps=True)
                verdicts = [inspection.verdict for inspection in inspections]
                self.assertTrue(1 <= verdicts.count(Verdict.DEFECT) < len(some), verdicts)
                latents = tiny_model.latents(model.preprocess(some, order="bgr"))
                for inspection, judged in zip(inspections, flowline.judge(model, latents, frames=some, maps=True)):
                    self.assert_same(inspection, judged)
                for frame, inspection in zip(some, inspections):
                    self.assert_same(model.inspect(frame, order="bgr", maps=True), inspection)

    def test_an_inspection_holds_together(self) -> None:
        with opened(self.path) as model:
            for frame, is_ in zip(frames(), model.inspect(frames(), order="rgb", maps=True)):
                assert is_.log10_nfa is not None and is_.log10_nfa_map is not None and is_.anomaly_map is not None
                self.assertEqual(is_.verdict is Verdict.DEFECT, is_.log10_nfa < is_.log10_epsilon)
                self.assertEqual((is_.log10_epsilon, is_.promised), (-0.5, 0.2))
                scores = np.array([-0.25, -0.75, 0.5, 0.125])
                self.assertEqual(is_.p_value, (1 + (scores <= is_.log10_nfa).sum()) / 5)
                self.assertEqual(is_.anomaly_map.shape, tuple(model.size))
                self.assertEqual(is_.anomaly_score, is_.anomaly_map.max())
                self.assertEqual(len(is_.regions), is_.region_count)
                self.assertEqual(is_.region_count > 0, is_.verdict is Verdict.DEFECT)
                if is_.regions:
                    self.assertEqual(is_.regions[0].log10_nfa, is_.log10_nfa)
                    self.assertEqual(is_.log10_nfa_map.min(), is_.log10_nfa)
                for region in is_.regions:
                    x, y, width, height = region.box
                    self.assertTrue(0 <= x <= region.peak_x < x + width <= frame.shape[1])
                    self.assertTrue(0 <= y <= region.peak_y < y + height <= frame.shape[0])
                    self.assertTrue(x <= region.centroid_x <= x + width and 1 <= region.area <= width * height)

    def test_the_first_box_is_where_the_spot_is(self) -> None:
        with opened(self.path) as model:
            x, y, width, height = model.inspect(spotted()).regions[0].box
            self.assertTrue(x < 18 and x + width > 6 and y < 42 and y + height > 30, (x, y, width, height))
            inside = model.inspect(spotted(), crop=(2, 11, 45, 50)).regions[0]
            sliced = model.inspect(spotted()[11:61, 2:47]).regions[0]
            self.assertEqual(inside.box, (sliced.x + 2, sliced.y + 11, sliced.width, sliced.height))
            self.assertEqual(inside.log10_nfa, sliced.log10_nfa)

    def test_no_more_regions_than_asked_for(self) -> None:
        with opened(self.path) as model:
            whole = model.inspect(spotted())
            some = model.inspect(spotted(), max_regions=0)
            self.assertEqual((some.regions, some.region_count), ((), whole.region_count))
            self.assertIsNone(some.anomaly_map)
            with self.assertRaisesRegex(ValueError, "max_regions must be 0 to 1048576, got -1"):
                model.inspect(spotted(), max_regions=-1)

    def test_any_sequence_of_frames(self) -> None:
        import collections

        with opened(self.path) as model:
            self.assertEqual(len(model.inspect(collections.deque(frames(3)), order="rgb")), 3)

    def test_no_frames_have_no_inspections(self) -> None:
        with opened(self.path) as model:
            self.assertEqual(model.inspect([]), [])

    def test_12_bits_in_16(self) -> None:
        deep = np.random.default_rng(support.SEED).integers(0, 4096, (33, 40)).astype(np.uint16)
        shifted = ((deep.astype(np.uint64) * 65535 + 2047) // 4095).astype(np.uint16)
        over = deep.copy()
        over[deep == deep.max()] = 60000
        said = tiny_model.manifest()["input"]
        by_12 = tiny_model.write("twelve.onnx", input={**said, "bits": 12})
        with opened(self.path) as model, opened(by_12) as of_12:
            self.assertEqual((model.preprocessing.bits, of_12.preprocessing.bits), (0, 12))
            self.assert_same(model.inspect(deep, bits=12, maps=True), of_12.inspect(deep, maps=True))
            self.assertNotEqual(model.inspect(deep), model.inspect(deep, bits=12))
            self.assert_same(of_12.inspect(deep, bits=12, maps=True), of_12.inspect(deep, maps=True))
            self.assert_same(model.inspect(over, bits=12, maps=True), of_12.inspect(over, maps=True))
            near, is_ = model.inspect(shifted, maps=True), model.inspect(deep, bits=12, maps=True)
            np.testing.assert_allclose(near.anomaly_map, is_.anomaly_map, atol=1e-4)  # type: ignore[arg-type]
            for bits in (7, 17):
                with self.assertRaisesRegex(ValueError, f"bits must be 8 to 16, got {bits}"):
                    model.inspect(deep, bits=bits)
            with self.assertRaisesRegex(ValueError, "bits is of frames of uint16, and frame is of uint8"):
                model.inspect(frames()[0], bits=12)

    def test_12_bits_for_another_engine(self) -> None:
        deep = np.random.default_rng(support.SEED).integers(0, 4096, (33, 40)).astype(np.uint16)
        with opened(self.path) as model, flowline.open(self.path, engine="none") as none:
            (judged,) = none.judge(tiny_model.latents(none.preprocess(deep, bits=12)), frames=deep)
            self.assertEqual(judged, model.inspect(deep, bits=12))
            self.assertNotEqual(judged, model.inspect(deep))

    def test_a_models_own_map(self) -> None:
        outputs = {**tiny_model.manifest()["outputs"], "mapsLikelihood": False}
        with opened(tiny_model.write("own.onnx", outputs=outputs)) as model:
            made = model.preprocess(frames()[0])
            inspection = model.inspect(frames()[0], maps=True)
            np.testing.assert_array_equal(inspection.anomaly_map, made[0].max(axis=0))
            (judged,) = model.judge(tiny_model.latents(made), maps=True)
            self.assertIsNone(judged.anomaly_score)
            self.assertIsNone(judged.anomaly_map)
            self.assertEqual(judged.log10_nfa, inspection.log10_nfa)

    def test_what_nobody_knows_is_none(self) -> None:
        with opened(tiny_model.write("by-hand.onnx", calibration=None)) as model:
            inspection = model.inspect(spotted())
            self.assertEqual((inspection.promised, inspection.p_value), (None, None))

    def test_a_frame_that_is_not_inspected(self) -> None:
        between = {"height": 160, "width": 160, "runs": [1, 160 * 160 - 1]}  # no position has its centre there
        test = {**tiny_model.manifest()["test"], "fieldOfView": between}
        with opened(tiny_model.write("blind.onnx", test=test)) as model:
            inspection = model.inspect(frames()[0], maps=True)
            self.assertIs(inspection.verdict, Verdict.NOT_INSPECTED)
            self.assertEqual((inspection.log10_nfa, inspection.p_value, inspection.regions), (None, None, ()))
            with self.assertRaisesRegex(ValueError, r"log10_nfa\[0\] is None: such an image was not inspected"):
                model.recalibrate(frames(1) * 20, 0.05)

    def test_undecided_has_regions(self) -> None:
        score = opened(self.path).inspect(spotted()).log10_nfa
        assert score is not None
        test = {**tiny_model.manifest()["test"], "log10Epsilon": score}
        band = {"below": 0.01, "above": 0.01}
        with opened(tiny_model.write("band.onnx", test=test, guardBand=band)) as model:
            inspection = model.inspect(spotted())
            self.assertIs(inspection.verdict, Verdict.UNDECIDED)
            self.assertGreaterEqual(len(inspection.regions), 1)

    def test_judge_takes_latents_of_other_engines(self) -> None:
        with flowline.open(self.path, engine="none") as model:
            self.assertEqual(model.description["engine"], "none")
            some = frames(3)
            latents = tiny_model.latents(model.preprocess(some, order="rgb"))
            by_frames = model.judge(latents, frames=some)
            one = model.judge([scale[2] for scale in latents], frames=some[2])
            self.assertEqual(one, by_frames[2:])
            in_input = model.judge(latents)[2].regions[0]
            self.assertTrue(in_input.x + in_input.width <= 16 and in_input.y + in_input.height <= 16)
            with self.assertRaisesRegex(ValueError, "without an engine"):
                model.inspect(some[0])
            for wrong, pattern in (
                (latents[:1], "2"),
                ([latents[0], latents[1][:, :2]], r"latents\[1\]"),
                ([latents[0] + np.nan, latents[1]], "latents"),
            ):
                with self.assertRaisesRegex(ValueError, pattern):
                    model.judge(wrong)
            with self.assertRaisesRegex(ValueError, "as many as the latents' images, 3, got 2"):
                model.judge(latents, frames=some[:2])
            with self.assertRaisesRegex(ValueError, "crop is of frames"):
                model.judge(latents, crop=(0, 0, 1, 1))

    def test_recalibrate_and_save(self) -> None:
        good = [frame for frame in frames(40)[:19]]
        saved = support.SCRATCH / "saved.onnx"
        with opened(self.path) as model:
            scores = [inspection.log10_nfa for inspection in model.inspect(good, order="rgb")]
            threshold = model.recalibrate((frame for frame in good), 0.05, order="rgb")
            self.assertEqual(threshold, flowline.calibrate(scores, 0.05))
            self.assertEqual(model.description["test"]["log10Epsilon"], threshold.log10_epsilon)
            self.assertEqual(model.inspect(good[0], order="rgb").promised, threshold.promised)
            model.save(saved)
            with self.assertRaisesRegex(flowline.TooFewImagesError, "99"):
                model.recalibrate(good, 0.01, order="rgb")
            self.assertEqual(model.description["test"]["log10Epsilon"], threshold.log10_epsilon)
            with self.assertRaises(OSError):
                model.save(support.SCRATCH / "none" / "saved.onnx")
        with opened(saved) as model:
            self.assertEqual(model.inspect(good[0], order="rgb").log10_epsilon, threshold.log10_epsilon)
            lower = model.set_threshold(np.arange(100), 0.05, confidence=0.9)
            self.assertEqual(lower, flowline.calibrate(np.arange(100), 0.05, confidence=0.9))

    def test_a_recalibrated_model_says_when(self) -> None:
        path = support.SCRATCH / "when.onnx"
        with flowline.open(self.path, engine="none") as model:
            self.assertIsNone(model.description["recalibrated"])
            self.assertIs(model.description["calibration"]["expected"], False)
            digest = model.description["modelDigest"]
            model.set_threshold(np.arange(20), 0.05)
            model.save(path)
        with flowline.open(path, engine="none") as model:
            self.assertRegex(model.description["recalibrated"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(model.description["modelDigest"], digest)

    def test_the_rate_of_images_that_took_turns_is_expected(self) -> None:
        calibration = {**tiny_model.manifest()["calibration"], "crossFitting": {"folds": 2}}
        with opened(tiny_model.write("turns.onnx", calibration=calibration)) as model:
            self.assertIs(model.description["calibration"]["expected"], True)
            self.assertEqual(model.inspect(np.zeros((16, 16, 3), np.uint8), order="rgb").promised, 0.2)
            model.set_threshold(np.arange(20), 0.05)
            self.assertIs(model.description["calibration"]["expected"], False)

    def test_what_the_model_is(self) -> None:
        with opened(self.path) as model:
            self.assertEqual(model.description["model"]["category"], "tiny")
            self.assertEqual((model.size.height, model.size.width), (16, 16))
            self.assertEqual(
                model.preprocessing, flowline.Preprocessing(16, 16, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), 0)
            )

    # ---- threads and life --------------------------------------------------------------------------

    def test_many_threads_give_what_one_gives(self) -> None:
        some = frames(9)
        with opened(self.path) as model:
            wanted = [model.inspect(frame, order="rgb") for frame in some]
            with ThreadPoolExecutor(8) as pool:
                jobs = [pool.submit(lambda f: model.inspect(f, order="rgb"), some[i % 9]) for i in range(400)]
                for i, job in enumerate(jobs):
                    self.assertEqual(job.result(), wanted[i % 9])

    def test_a_context_ends_with_its_thread(self) -> None:
        from flowline import _contexts

        before = _contexts.context()
        others: List[Any] = []
        destroyed = threading.Event()
        destroy = _contexts._destroy

        def noted(*arguments: Any) -> None:
            destroy(*arguments)
            destroyed.set()

        _contexts._destroy = noted  # type: ignore[assignment]
        try:
            thread = threading.Thread(target=lambda: others.append(_contexts.context().value))
            thread.start()
            thread.join()
        finally:
            _contexts._destroy = destroy
        gc.collect()
        self.assertTrue(destroyed.wait(10))
        self.assertNotEqual(others, [before.value])
        self.assertIs(_contexts.context(), before)

    def test_python_goes_on_while_the_library_computes(self) -> None:
        latents = [np.random.default_rng(1).standard_normal((8, 64, 64, 64)).astype(np.float32)]

        def longest_wait() -> float:
            """The longest time without this thread, as a part of what a call of another thread takes."""
            done = threading.Event()

            def compute() -> None:
                flowline.segment(latents, (512, 512))
                done.set()

            began = last = time.perf_counter()
            longest = 0.0
            thread = threading.Thread(target=compute)
            thread.start()
            while not done.is_set():
                now = time.perf_counter()
                longest, last = max(longest, now - last), now
                time.sleep(0)
            end = time.perf_counter()
            thread.join()
            return max(longest, end - last) / (end - began)

        # Other programs may keep this thread waiting once, the lock would do so each time.
        self.assertTrue(any(longest_wait() < 0.5 for _ in range(10)))

    def test_close_waits_and_then_nothing_goes(self) -> None:
        from flowline import _library

        model = opened(self.path)
        inside, closed = threading.Event(), threading.Event()
        results: List[Any] = []

        def use() -> None:
            with model._gate.use():
                inside.set()
                results.append(closed.wait(0.2))
                results.append(_library.libflowline_inspect().flowline_model_description(model._handle()))

        thread = threading.Thread(target=use)
        thread.start()
        inside.wait()
        model.close()
        closed.set()
        thread.join()
        self.assertFalse(results[0])
        self.assertIn(b"tiny", results[1])
        model.close()
        for call in (
            lambda: model.inspect(frames()[0]),
            lambda: model.description,
            lambda: model.save(support.SCRATCH / "closed.onnx"),
            lambda: model.set_threshold([1.0, 2.0], 0.5),
            lambda: model.judge(tiny_model.latents(np.zeros((1, 3, 16, 16), np.float32))),
        ):
            with self.assertRaisesRegex(ValueError, "the model is closed"):
                call()

    def test_recalibrate_among_inspections(self) -> None:
        with opened(self.path) as model:
            stop = threading.Event()
            thresholds: List[float] = []

            def inspect() -> None:
                while not stop.is_set():
                    thresholds.append(model.inspect(frames(3)[2]).log10_epsilon)

            threads = [threading.Thread(target=inspect) for _ in range(3)]
            for thread in threads:
                thread.start()
            for i in range(50):
                model.set_threshold(np.arange(i, i + 20), 0.05)
            stop.set()
            for thread in threads:
                thread.join()
            self.assertLessEqual(set(thresholds), {-0.5, *map(float, range(50))})

    def test_a_child_has_contexts_of_its_own_and_no_models(self) -> None:
        from flowline import _contexts

        model = opened(self.path)
        wanted = flowline.preprocess(frames()[0], model.preprocessing).sum()
        reader, writer = multiprocessing.get_context("fork").Pipe(False)
        inside, done = threading.Event(), threading.Event()

        def use() -> None:  # a thread that the child does not have
            with model._use():
                inside.set()
                done.wait()

        thread = threading.Thread(target=use)
        thread.start()
        inside.wait()
        child = os.fork()
        if child == 0:
            try:
                try:
                    model.inspect(frames()[0])
                    answer: Any = "inspected"
                except ValueError as error:
                    answer = str(error)
                model.close()
                total = flowline.preprocess(frames()[0], model.preprocessing).sum()
                writer.send((answer, total, _contexts.context().value))
            finally:
                os._exit(0)
        done.set()
        thread.join()
        answered = reader.poll(20)
        if not answered:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.assertTrue(answered, "the child hangs")
        answer, total, of_child = reader.recv()
        self.assertNotEqual(of_child, _contexts.context().value)
        self.assertIn("opened before fork()", answer)
        self.assertEqual(total, wanted)
        self.assertIsNotNone(model.inspect(frames()[0]).log10_nfa)

    def test_a_model_that_nobody_has_is_closed(self) -> None:
        model = opened(self.path)
        closer = model._closer
        del model
        gc.collect()
        self.assertFalse(closer.alive)

    def test_memory_stays_over_many_frames(self) -> None:
        def resident() -> int:
            return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        some = frames(4)
        with opened(self.path) as model:
            for _ in range(200):
                model.inspect(some, order="rgb", maps=True)
            gc.collect()
            before = resident()
            for _ in range(2000):
                model.inspect(some, order="rgb", maps=True)
            gc.collect()
            self.assertLess(resident() - before, 4 << 20)

    # ---- faults ------------------------------------------------------------------------------------

    def test_files_that_are_none(self) -> None:
        with self.assertRaises(FileNotFoundError):
            flowline.open(support.SCRATCH / "none.onnx")
        with self.assertRaisesRegex(flowline.FlowlineError, "is no file"):
            flowline.open(support.SCRATCH)
        empty = support.SCRATCH / "empty.onnx"
        empty.write_bytes(b"")
        with self.assertRaisesRegex(flowline.FlowlineError, "empty.onnx"):
            flowline.open(empty)
        with self.assertRaisesRegex(flowline.UnsupportedError, "schema is 99"):
            flowline.open(tiny_model.write("newer.onnx", schema=99), engine="none")
        broken = tiny_model.manifest()["test"]
        broken["log10Epsilon"] = "low"
        with self.assertRaisesRegex(flowline.InvalidArgumentError, "log10Epsilon"):
            flowline.open(tiny_model.write("broken.onnx", test=broken), engine="none")
        with self.assertRaisesRegex(ValueError, "zero byte"):
            flowline.open("a\0b")
        with self.assertRaises(TypeError):
            flowline.open(None)  # type: ignore[arg-type]

    def test_options_that_are_none(self) -> None:
        with self.assertRaisesRegex(ValueError, "engine must be one of 'onnxruntime', 'none', got 'tensorrt'"):
            flowline.open(self.path, engine="tensorrt")
        with self.assertRaisesRegex(ValueError, "options.threads"):
            opened(self.path, threads=2000)
        with self.assertRaisesRegex(ValueError, "batch is out of range: 4294967297"):
            opened(self.path, batch=2**32 + 1)
        with self.assertRaisesRegex(flowline.UnavailableError, "Nothing"):
            opened(self.path, provider="Nothing")
        with self.assertRaisesRegex(flowline.UnavailableError, "none.so, named by onnxruntime=, cannot be opened"):
            flowline.open(self.path, onnxruntime=support.SCRATCH / "none.so")
        with self.assertRaisesRegex(flowline.UnavailableError, "libm.so.6, named by onnxruntime=, is another library"):
            flowline.open(self.path, onnxruntime="libm.so.6")
        broken = support.SCRATCH / "broken.so"
        broken.write_text("no library")
        variable = {"FLOWLINE_ONNXRUNTIME": str(broken)}
        with mock.patch.dict(os.environ, variable), self.assertRaisesRegex(
            flowline.UnavailableError, r"broken.so, named by \$FLOWLINE_ONNXRUNTIME, cannot be opened"
        ):
            flowline.open(self.path)
        with mock.patch.dict(os.environ), mock.patch("flowline._onnxruntime.of_python", lambda: str(broken)):
            os.environ.pop("FLOWLINE_ONNXRUNTIME", None)
            with self.assertRaisesRegex(flowline.UnavailableError, "named by the Python package onnxruntime, cannot"):
                flowline.open(self.path)

    def test_a_name_that_is_not_ascii(self) -> None:
        path = support.SCRATCH / "Prüfling ☃.onnx"
        path.write_bytes(self.path.read_bytes())
        with flowline.open(path, engine="none") as model:
            model.save(path)
        with flowline.open(os.fsencode(path).decode(), engine="none") as model:
            self.assertEqual(model.size.height, 16)

    def test_a_frame_that_is_wrong_has_its_number(self) -> None:
        with opened(self.path, batch=2) as model:
            with self.assertRaisesRegex(ValueError, r"frames\[2\] must be of uint8"):
                model.inspect([*frames(1), *frames(1), np.zeros((4, 4))])
            with self.assertRaisesRegex(ValueError, r"frames\[2\].crop_width"):
                model.inspect([*frames(1), *frames(1), np.zeros((4, 4), np.uint8)], crop=(0, 0, 20, 4))


if __name__ == "__main__":
    unittest.main()
