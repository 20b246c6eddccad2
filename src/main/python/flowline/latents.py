"""Latents of a network that runs elsewhere, handed to libflowline as they lie in memory."""

from __future__ import annotations

from typing import Any, List, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _abi
from .frames import dense

#: The latents of one scale, (batch, channels, height, width), or of several, finest first.
Latents = Union[npt.NDArray[Any], Sequence[npt.NDArray[Any]]]

_TYPES = {np.dtype(np.float32): _abi.FLOAT32, np.dtype(np.float16): _abi.FLOAT16}


class Tensors:
    """Latents in the form of libflowline.

    latents: a scale or several, finest first. A scale is (batch, channels, height, width), or (channels,
        height, width) of one image, of float16, float32 or float64, which is rounded to float32.
    """

    def __init__(self, latents: Latents) -> None:
        scales: List[Any] = list(latents) if isinstance(latents, (list, tuple)) else [latents]
        if not 1 <= len(scales) <= 64:
            raise ValueError(f"latents must be 1 to 64 scales, got {len(scales)}")
        dimensions = 3 if np.ndim(scales[0]) == 3 else 4
        self.count = len(scales)
        self._arrays: List[npt.NDArray[Any]] = []
        self.structs = (_abi.flowline_tensor * self.count)()
        for i, scale in enumerate(scales):
            array = _array_of(scale, f"latents[{i}]", dimensions)
            self._arrays.append(array)
            self.structs[i] = _tensor_of(array)
        self.batch = self._arrays[0].shape[0]
        for i, array in enumerate(self._arrays):
            if array.shape[0] != self.batch:
                raise ValueError(f"latents[{i}] has a batch of {array.shape[0]}, and latents[0] one of {self.batch}")


def _array_of(scale: Any, name: str, dimensions: int) -> npt.NDArray[Any]:
    """An array of four dimensions, which libflowline can read."""
    array = np.asarray(scale)
    if array.dtype.kind != "f" or array.dtype.itemsize > 8:
        raise ValueError(f"{name} must be of float16, float32 or float64, got {array.dtype}")
    if array.ndim != dimensions:
        shape = "(channels, height, width)" if dimensions == 3 else "(batch, channels, height, width)"
        raise ValueError(f"{name} must have the shape {shape}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}")
    if dimensions == 3:
        array = array[None]
    kind = np.float16 if array.dtype.itemsize == 2 else np.float32
    readable = array.flags.aligned and all(step >= 0 for step in array.strides)
    with np.errstate(over="ignore"):  # an infinite number gets the library's message
        return array.astype(kind, copy=False) if readable else dense(array, kind)


def _tensor_of(array: npt.NDArray[Any]) -> _abi.flowline_tensor:
    steps = [
        step // array.itemsize if size > 1 else 0 for size, step in zip(array.shape, array.strides)
    ]
    repeats = any(size > 1 and step == 0 for size, step in zip(array.shape, steps))
    batch, channels, height, width = array.shape
    return _abi.sized(
        _abi.flowline_tensor,
        type=_TYPES[array.dtype],
        data=array.ctypes.data,
        batch=batch,
        channels=channels,
        height=height,
        width=width,
        batch_stride=steps[0],
        channel_stride=steps[1],
        row_stride=steps[2],
        column_stride=steps[3],
        flags=_abi.TENSOR_BROADCAST if repeats else 0,
    )
