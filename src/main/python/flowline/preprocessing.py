"""How a network's input is made from frames."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt

from . import _abi
from ._contexts import context
from ._library import check, libflowline
from .frames import Frame, FrameArguments, FrameFormat, Frames, pointer


@dataclass(frozen=True)
class Preprocessing:
    """How a network's input is made: resized to height x width, then (x / white - mean) / deviation.

    height, width: of the input, in pixels.
    mean, deviation: of red, green and blue in [0, 1]. By default those of ImageNet.
    bits: those that samples of 16 bits really have, 8 to 16; larger samples are white. 0: 16. The bits that a
        call says of its frames come before them.
    """

    height: int
    width: int
    mean: Tuple[float, float, float] = (0.485, 0.456, 0.406)
    deviation: Tuple[float, float, float] = (0.229, 0.224, 0.225)
    bits: int = 0

    def __post_init__(self) -> None:
        if len(self.mean) != 3 or len(self.deviation) != 3:
            raise ValueError(f"mean and deviation must be three numbers each, got {self.mean} and {self.deviation}")


def preprocess(
    frames: Union[Frame, Sequence[Frame]],
    preprocessing: Preprocessing,
    *,
    order: Optional[str] = None,
    format: Optional[Union[FrameFormat, str]] = None,
    bits: Optional[int] = None,
    crop: Optional[Tuple[int, int, int, int]] = None,
) -> npt.NDArray[np.float32]:
    """Makes the input of a network from frames, to the bit as models of Flowline are trained on.

    frames: a frame, or a list of frames; order, format, bits, crop: as of Model.inspect.

    Returns float32 (frames, 3, height, width): red, green, blue.
    """
    given = Frames(frames, FrameArguments(order, format, bits, crop))
    made = np.empty((given.count, 3, preprocessing.height, preprocessing.width), np.float32)
    if given.count == 0:
        return made
    how = _abi.sized(
        _abi.flowline_preprocessing,
        bits=preprocessing.bits,
        height=preprocessing.height,
        width=preprocessing.width,
        mean=tuple(preprocessing.mean),
        deviation=tuple(preprocessing.deviation),
    )
    library = libflowline()
    check(
        library.flowline_preprocess(
            context(), given.structs, given.count, ctypes.byref(how), pointer(made, ctypes.c_float)
        )
    )
    return made
