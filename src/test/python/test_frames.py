"""Frames of every form: the network's input has the pixels that NumPy shows."""

from __future__ import annotations

import unittest

import numpy as np

import support
import flowline
from flowline import FrameFormat, Preprocessing

HEIGHT, WIDTH = 11, 14
AS_IT_IS = Preprocessing(HEIGHT, WIDTH, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
RANDOM = np.random.default_rng(support.SEED)


def colours(samples: int = 3, dtype: type = np.uint8) -> np.ndarray:
    shape = (HEIGHT, WIDTH) if samples == 1 else (HEIGHT, WIDTH, samples)
    return RANDOM.integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def wanted(rgb: np.ndarray) -> np.ndarray:
    """The input of the same size: samples between 0 and 1, channels first, grey in all of them."""
    rgb = np.asarray(rgb)
    if rgb.ndim == 2:
        rgb = np.repeat(rgb[:, :, None], 3, axis=2)
    return (rgb / np.iinfo(rgb.dtype).max).transpose(2, 0, 1)


class FramesTest(unittest.TestCase):
    def check(self, frame: np.ndarray, rgb: np.ndarray, **arguments: object) -> None:
        made = flowline.preprocess(frame, AS_IT_IS, **arguments)  # type: ignore[arg-type]
        self.assertEqual(made.shape, (1, 3, HEIGHT, WIDTH))
        self.assertEqual(made.dtype, np.float32)
        np.testing.assert_allclose(made[0], wanted(rgb), atol=2e-7)

    def refused(self, frame: object, pattern: str, error: type = ValueError, **arguments: object) -> None:
        with self.assertRaisesRegex(error, pattern):
            flowline.preprocess(frame, AS_IT_IS, **arguments)  # type: ignore[arg-type]

    def test_formats(self) -> None:
        grey, deep, rgb, rgba = colours(1), colours(1, np.uint16), colours(), colours(4)
        self.check(grey, grey)
        self.check(grey[:, :, None], grey)
        self.check(deep, deep)
        self.check(rgb, rgb, order="rgb")
        self.check(rgb, rgb[:, :, ::-1], order="bgr")
        self.check(rgba, rgba[:, :, :3], order="rgb")
        self.check(rgba, rgba[:, :, 2::-1], order="bgr")
        self.check(rgb, rgb, format=FrameFormat.RGB8)
        self.check(rgb, rgb[:, :, ::-1], format="bgr8")
        self.check(grey, grey, order="bgr")  # which grey ignores

    def test_16_bit_colours(self) -> None:
        rgb, rgba = colours(3, np.uint16), colours(4, np.uint16)
        self.check(rgb, rgb, order="rgb")
        self.check(rgb, rgb[:, :, ::-1], order="bgr")
        self.check(rgba, rgba[:, :, 2::-1], order="bgr")
        self.check(rgb, rgb, format="rgb16")

    def test_bits_of_a_frame(self) -> None:
        for dtype in (np.uint16, np.dtype(np.uint16).newbyteorder()):
            for shape in ((HEIGHT, WIDTH), (HEIGHT, WIDTH, 3)):
                deep = RANDOM.integers(0, 4096, shape).astype(dtype)
                full = np.rint(deep * (65535 / 4095)).astype(np.uint16)
                for of_input in (0, 12, 16):
                    how = Preprocessing(HEIGHT, WIDTH, AS_IT_IS.mean, AS_IT_IS.deviation, of_input)
                    made = flowline.preprocess(deep, how, order="rgb", bits=12)
                    np.testing.assert_allclose(made[0], wanted(full), atol=1e-5)
        deep[0, 0] = 5000
        self.assertTrue((flowline.preprocess(deep, AS_IT_IS, order="rgb", bits=12)[0, :, 0, 0] == 1).all())
        self.refused(colours(1), "bits is of frames of uint16, and frame is of uint8", bits=12)
        self.refused(deep, "bits must be 8 to 16, got 17", order="rgb", bits=17)

    def test_bayer_takes_each_colour_where_it_is(self) -> None:
        for name in ("rggb", "grbg", "gbrg", "bggr"):
            mosaic = np.zeros((HEIGHT, WIDTH), np.uint8)
            places = ((0, 0), (0, 1), (1, 0), (1, 1))
            for letter, (y, x) in zip(name, places):
                mosaic[y::2, x::2] = {"r": 200, "g": 100, "b": 50}[letter]
            flat = np.broadcast_to(np.array([200, 100, 50], np.uint8), (HEIGHT, WIDTH, 3))
            self.check(mosaic, flat, format=f"bayer_{name}8")

    def test_arrays_that_are_not_dense(self) -> None:
        wide = RANDOM.integers(0, 256, (2 * HEIGHT + 3, 3 * WIDTH, 4)).astype(np.uint8)
        part = wide[1 : HEIGHT + 1, 5 : WIDTH + 5]
        self.check(part, part[:, :, :3].copy(), order="rgb")  # rows apart
        self.check(part[:, :, :3], part[:, :, :3].copy(), order="rgb")  # pixels apart
        every_other = wide[: 2 * HEIGHT : 2, :WIDTH, 1]
        self.check(every_other, every_other.copy())
        upside_down = part[::-1, ::-1]
        self.check(upside_down, upside_down[:, :, :3].copy(), order="rgb")
        turned = RANDOM.integers(0, 256, (WIDTH, HEIGHT)).astype(np.uint8).T
        self.check(turned, turned.copy())
        fortran = np.asfortranarray(colours())
        self.check(fortran, fortran.copy(), order="rgb")
        one_row = np.broadcast_to(RANDOM.integers(0, 256, WIDTH).astype(np.uint8), (HEIGHT, WIDTH))
        self.check(one_row, one_row.copy())

    def test_random_views_are_their_copies(self) -> None:
        for _ in range(300):
            dtype = (np.uint8, np.uint16, np.dtype(np.uint16).newbyteorder())[RANDOM.integers(3)]
            whole = RANDOM.integers(0, 256, RANDOM.integers(4, 20, 3)).astype(dtype)
            view = np.moveaxis(whole, RANDOM.integers(3), RANDOM.integers(3))
            steps = RANDOM.choice([-2, -1, 1, 2], 3)
            view = view[tuple(slice(None, None, int(step)) for step in steps)]
            grey = RANDOM.integers(2) == 0
            view = view[:, :, RANDOM.integers(view.shape[2])] if grey else view[:, :, : RANDOM.integers(3, 5)]
            if view.ndim == 3 and view.shape[2] not in (3, 4):
                continue
            how = Preprocessing(*view.shape[:2])
            made = flowline.preprocess(view, how, order="bgr")
            copy = np.ascontiguousarray(view.astype(view.dtype.newbyteorder("=")))
            np.testing.assert_array_equal(made, flowline.preprocess(copy, how, order="bgr"))

    def test_a_slice_is_not_copied(self) -> None:
        from flowline.frames import FrameArguments, Frames

        wide = RANDOM.integers(0, 256, (HEIGHT + 9, WIDTH + 9, 3)).astype(np.uint8)
        part = wide[2 : HEIGHT + 2, 3 : WIDTH + 3]
        frame = Frames(part, FrameArguments("rgb")).structs[0]
        self.assertEqual((frame.data, frame.row_bytes), (part.ctypes.data, (WIDTH + 9) * 3))

    def test_bytes_of_the_other_order_and_odd_addresses(self) -> None:
        deep = colours(1, np.uint16)
        self.check(deep.astype(deep.dtype.newbyteorder()), deep)
        odd = np.frombuffer(b"x" + deep.tobytes(), np.uint8)[1:].view(np.uint16).reshape(deep.shape)
        self.assertFalse(odd.flags.aligned)
        self.check(odd, deep)

    def test_read_only_arrays(self) -> None:
        grey = colours(1)
        grey.flags.writeable = False
        self.check(grey, grey)

    def test_one_row_and_one_column(self) -> None:
        for shape in ((1, WIDTH), (HEIGHT, 1)):
            thin = RANDOM.integers(0, 256, shape).astype(np.uint8)
            how = Preprocessing(*shape, AS_IT_IS.mean, AS_IT_IS.deviation)
            for frame in (thin, thin[::-1], np.lib.stride_tricks.as_strided(thin, strides=(thin.strides[0], 7))[:, :1]):
                if frame.shape == shape:
                    np.testing.assert_allclose(flowline.preprocess(frame, how)[0], wanted(frame.copy()), atol=2e-7)

    def test_things_that_are_nearly_arrays(self) -> None:
        rgb = colours()

        class Image:  # as Pillow's
            __array_interface__ = rgb.__array_interface__

        self.check(Image(), rgb, order="rgb")  # type: ignore[arg-type]

    def test_frames_of_several_sizes(self) -> None:
        how = Preprocessing(5, 6, bits=12)
        frames = [colours(1), colours(3)[:7], colours(1, np.uint16)]
        together = flowline.preprocess(frames, how, order="bgr")
        for frame, made in zip(frames, together):
            np.testing.assert_array_equal(flowline.preprocess(frame, how, order="bgr")[0], made)
        self.assertEqual(flowline.preprocess([], how).shape, (0, 3, 5, 6))

    def test_crop_is_the_slice(self) -> None:
        rgb = colours()
        how = Preprocessing(9, 7)
        cropped = flowline.preprocess(rgb, how, order="rgb", crop=flowline.Crop(3, 2, 8, 6))
        np.testing.assert_array_equal(cropped, flowline.preprocess(rgb[2:8, 3:11], how, order="rgb"))

    def test_what_is_no_frame_is_refused(self) -> None:
        self.refused("frame.png", "frame must be an array, got str", TypeError)
        self.refused(None, "frame must be an array, got NoneType", TypeError)
        self.refused([[1, 2], [3, 4]], r"frames\[0\] must be an array, got list", TypeError)
        self.refused(colours(1).astype(np.float32), "uint8 or uint16, as a camera gives it, got float32")
        self.refused(np.full((HEIGHT, WIDTH), np.nan), "got float64")
        self.refused(colours(1).astype(np.int8), "got int8")
        self.refused(colours(1).astype(np.uint32), "got uint32")
        self.refused(colours(1) > 9, "got bool")
        self.refused(np.array([["a"]]), "got <U1")
        self.refused(np.zeros((0, 640), np.uint8), r"frame has no pixels: its shape is \(0, 640\)")
        self.refused(np.zeros((4, 0, 3), np.uint8), "frame has no pixels", order="rgb")
        self.refused(np.zeros(9, np.uint8), r"got \(9,\)")
        self.refused(np.zeros((4, 4, 2), np.uint8), r"got \(4, 4, 2\)")
        self.refused(np.zeros((2, 4, 4, 3), np.uint8), "give several frames as a list")
        self.refused([colours(1), colours(1) > 9], r"frames\[1\] must be of uint8")

    def test_colours_without_an_order_are_refused(self) -> None:
        self.refused(colours(), "3 samples per pixel: say whether order is 'rgb' or 'bgr'")
        self.refused(colours(), "order must be 'rgb' or 'bgr', got 'RGB'", order="RGB")
        self.refused(colours(), "give order or format, not both", order="rgb", format="rgb8")

    def test_another_format_than_the_arrays_is_refused(self) -> None:
        self.refused(colours(1), r"\(height, width, 3\) of uint8 in the format RGB8", format="rgb8")
        deep = colours(1, np.uint16)
        self.refused(deep, "of uint8 in the format BAYER_RGGB8, got .* of uint16", format="bayer_rggb8")
        self.refused(colours(1), "format must be one of gray8, .*got 'yuv'", format="yuv")
        self.refused(colours(1), "format must be one of", format=1)

    def test_wrong_crops_are_refused(self) -> None:
        self.refused(colours(1), "at least one pixel", crop=(0, 0, 0, 0))
        self.refused(colours(1), r"frames\[0\].crop_width", crop=(3, 0, WIDTH, 4))
        self.refused(colours(1), "crop_x is out of range: 18446744073709551617", crop=(2**64 + 1, 0, 1, 1))
        self.refused(colours(1)[:1], "2", format="bayer_rggb8")

    def test_wrong_preprocessing_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "deviation"):
            flowline.preprocess(colours(1), Preprocessing(4, 4, deviation=(1.0, 0.0, 1.0)))
        with self.assertRaisesRegex(ValueError, "three numbers"):
            Preprocessing(4, 4, mean=(0.5,))  # type: ignore[arg-type]
        with self.assertRaisesRegex(flowline.InvalidArgumentError, "bits"):
            flowline.preprocess(colours(1), Preprocessing(4, 4, bits=7))


if __name__ == "__main__":
    unittest.main()
