"""Camera frames as NumPy has them, handed to libflowline as they lie in memory."""

from __future__ import annotations

import collections.abc
import ctypes
import enum
import os
from typing import Any, Dict, List, NamedTuple, Optional, Protocol, Sequence, Tuple, Union, cast

import numpy as np
import numpy.typing as npt

from . import _abi


class _HasArray(Protocol):
    def __array__(self) -> Any: ...


class _HasArrayInterface(Protocol):
    @property
    def __array_interface__(self) -> Any: ...


#: An array, or something that NumPy makes one of, such as an image of Pillow.
Frame = Union[npt.NDArray[Any], _HasArray, _HasArrayInterface]


class FrameFormat(enum.IntEnum):
    """How the pixels of a frame lie in memory.

    A Bayer pattern is named by its first two pixels and the two below them.
    """

    GRAY8 = 1
    GRAY16 = 2
    RGB8 = 3
    BGR8 = 4
    RGBA8 = 5
    BGRA8 = 6
    BAYER_RGGB8 = 7
    BAYER_GRBG8 = 8
    BAYER_GBRG8 = 9
    BAYER_BGGR8 = 10
    RGB16 = 11


class Crop(NamedTuple):
    """The part of a frame that is looked at, in its pixels; no pixel beside it has an influence."""

    x: int
    y: int
    width: int
    height: int


_OF_COLOURS: Dict[Tuple[int, Optional[str]], FrameFormat] = {
    (3, "rgb"): FrameFormat.RGB8,
    (3, "bgr"): FrameFormat.BGR8,
    (4, "rgb"): FrameFormat.RGBA8,
    (4, "bgr"): FrameFormat.BGRA8,
}
_SAMPLES = {FrameFormat.RGB8: 3, FrameFormat.BGR8: 3, FrameFormat.RGB16: 3, FrameFormat.RGBA8: 4, FrameFormat.BGRA8: 4}


class FrameArguments(NamedTuple):
    """What a caller says of frames beside their arrays."""

    order: Optional[str] = None
    format: Optional[Union[FrameFormat, str]] = None
    bits: Optional[int] = None
    crop: Optional[Tuple[int, int, int, int]] = None


class Frames:
    """Frames in the form of libflowline.

    frames: a frame, or a list or another sequence of frames.
    arguments: of all of them.
    """

    def __init__(self, frames: Union[Frame, Sequence[Frame]], arguments: FrameArguments) -> None:
        self.alone = not _are_several(frames)
        given: Sequence[Any] = [frames] if self.alone else cast(Sequence[Any], frames)
        self.count = len(given)
        self.structs = (_abi.flowline_frame * self.count)()
        self._arrays: List[npt.NDArray[Any]] = []  # whose pixels the structures point to
        for i, frame in enumerate(given):
            name = "frame" if self.alone else f"frames[{i}]"
            form, array = _in_form(_array_of(frame, name), arguments, name)
            array = _with_dense_rows(array)
            self._arrays.append(array)
            self.structs[i] = _abi.sized(
                _abi.flowline_frame,
                format=int(form),
                data=array.ctypes.data,
                height=array.shape[0],
                width=array.shape[1],
                row_bytes=array.strides[0] if array.shape[0] > 1 else 0,
                bits=_bits(array, arguments.bits, name),
                **_crop_members(arguments.crop),
            )


def sizes_of(frames: Union[Frame, Sequence[Frame], None], crop: Optional[Tuple[int, int, int, int]], count: int) -> Any:
    """Returns frames of which libflowline reads size and crop alone; None for None."""
    if frames is None:
        if crop is not None:
            raise ValueError("crop is of frames, and there are none")
        return None
    given = list(cast(Sequence[Any], frames)) if _are_several(frames) else [frames]
    if len(given) != count:
        raise ValueError(f"frames must be as many as the latents' images, {count}, got {len(given)}")
    structs = (_abi.flowline_frame * count)()
    for i, frame in enumerate(given):
        shape = np.shape(cast(Any, frame))
        if len(shape) not in (2, 3):
            raise ValueError(f"frames[{i}] must be (height, width) or (height, width, samples), got {shape}")
        structs[i] = _abi.sized(_abi.flowline_frame, height=shape[0], width=shape[1], **_crop_members(crop))
    return structs


def _are_several(frames: object) -> bool:
    return isinstance(frames, collections.abc.Sequence) and not isinstance(frames, (str, bytes))


def _array_of(frame: Any, name: str) -> npt.NDArray[Any]:
    """The samples as they are, of shape (height, width) or (height, width, samples)."""
    if isinstance(frame, (str, bytes, os.PathLike, list, tuple)) or not (
        hasattr(frame, "__array__") or hasattr(frame, "__array_interface__")
    ):
        raise TypeError(f"{name} must be an array, got {type(frame).__name__}")
    array = np.asarray(frame)
    if array.dtype.kind != "u" or array.dtype.itemsize > 2:
        raise ValueError(f"{name} must be of uint8 or uint16, as a camera gives it, got {array.dtype}")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        several = "; give several frames as a list" if array.ndim == 4 else ""
        raise ValueError(
            f"{name} must have the shape (height, width), (height, width, 3) or (height, width, 4), "
            f"got {array.shape}{several}"
        )
    if array.size == 0:
        raise ValueError(f"{name} has no pixels: its shape is {array.shape}")
    return array


def _in_form(
    array: npt.NDArray[Any], arguments: FrameArguments, name: str
) -> Tuple[FrameFormat, npt.NDArray[Any]]:
    """The format of a frame, and the frame in it."""
    order, deep = arguments.order, array.dtype.itemsize == 2
    if order not in (None, "rgb", "bgr"):
        raise ValueError(f"order must be 'rgb' or 'bgr', got {order!r}")
    if arguments.format is not None:
        return _as_named(array, arguments, name), array
    if array.ndim == 2:
        return (FrameFormat.GRAY16 if deep else FrameFormat.GRAY8), array
    if order is None:
        raise ValueError(
            f"{name} has {array.shape[2]} samples per pixel: say whether order is 'rgb' or 'bgr', as of OpenCV; "
            f"colours in the wrong order are not noticed"
        )
    if deep:  # there is one format of 16 bits: the alpha is dropped and the order turned here
        return FrameFormat.RGB16, array[:, :, :3] if order == "rgb" else array[:, :, 2::-1]
    return _OF_COLOURS[array.shape[2], order], array


def _as_named(array: npt.NDArray[Any], arguments: FrameArguments, name: str) -> FrameFormat:
    """The format that the caller names, which the array must be of."""
    form = format_of(arguments.format)
    if arguments.order is not None:
        raise ValueError(f"give order or format, not both: format is {form.name} and order {arguments.order!r}")
    samples, bits = _SAMPLES.get(form, 1), 16 if form.name.endswith("16") else 8
    if array.dtype.itemsize * 8 != bits or (array.shape[2] if array.ndim == 3 else 1) != samples:
        shape = "(height, width)" if samples == 1 else f"(height, width, {samples})"
        got = f"{array.shape} of {array.dtype}"
        raise ValueError(f"{name} must be {shape} of uint{bits} in the format {form.name}, got {got}")
    return form


def format_of(format: Union[FrameFormat, str, None]) -> FrameFormat:
    """Returns a format by itself or by its name in letters of any case."""
    if isinstance(format, FrameFormat):
        return format
    if isinstance(format, str) and format.upper() in FrameFormat.__members__:
        return FrameFormat[format.upper()]
    names = ", ".join(form.name.lower() for form in FrameFormat)
    raise ValueError(f"format must be one of {names}, got {format!r}")


def _bits(array: npt.NDArray[Any], bits: Optional[int], name: str) -> int:
    """The member bits of a frame; 0 where nothing is said."""
    if bits is None:
        return 0
    if array.dtype.itemsize != 2:
        raise ValueError(f"bits is of frames of uint16, and {name} is of {array.dtype}")
    if not 8 <= bits <= 16:
        raise ValueError(f"bits must be 8 to 16, got {bits}")
    return bits


def _with_dense_rows(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array itself, whose rows may lie apart; a copy if its rows themselves have gaps."""
    row_bytes = array[0].size * array.itemsize
    step = array.strides[0]
    readable = array[:1].flags.c_contiguous and array.flags.aligned and array.dtype.isnative
    if readable and (array.shape[0] == 1 or (step >= row_bytes and step % array.itemsize == 0)):
        return array
    return dense(array, array.dtype.newbyteorder("="))


def _crop_members(crop: Optional[Tuple[int, int, int, int]]) -> Dict[str, int]:
    if crop is None:
        return {}
    x, y, width, height = crop
    if width < 1 or height < 1:  # which libflowline would take for the whole frame, if all are 0
        raise ValueError(f"crop must be (x, y, width, height) of at least one pixel, got {tuple(crop)}")
    return {"crop_x": x, "crop_y": y, "crop_width": width, "crop_height": height}


def dense(array: Any, dtype: Any) -> npt.NDArray[Any]:
    """Returns an array as C has it: row by row, aligned, in the machine's order of bytes; a copy if need be."""
    return np.require(array, dtype, ["C_CONTIGUOUS", "ALIGNED"])


def pointer(array: npt.NDArray[Any], of: Any) -> Any:
    """Returns a pointer to an array's first element, which keeps the array."""
    return array.ctypes.data_as(ctypes.POINTER(of))
