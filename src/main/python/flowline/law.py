"""The law of good images, which takes the place of white noise's."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Tuple

import numpy as np
import numpy.typing as npt

from . import _abi
from ._contexts import context
from ._library import check, libflowline
from .frames import dense, pointer


@dataclass(frozen=True, eq=False)
class RegionLaw:
    """The distribution of the strongest regions of good images, relative to an image's baseline.

    level: float32 (knots), strictly ascending.
    log10_pfa: float64 (classes, knots), log10 of the probability that a good image has a region of at least 2^k
        positions that reaches the level; 0 at the first knot, not rising.
    size: (height, width) of the fused maps that it was measured on; it holds for no other.
    baseline, baseline_exponent: of good images.
    baseline_log10_pfa: float64 (knots), log10 of the probability that the baseline's class reaches the level.
    """

    level: npt.NDArray[np.float32]
    log10_pfa: npt.NDArray[np.float64]
    size: Tuple[int, int]
    baseline: float
    baseline_exponent: float
    baseline_log10_pfa: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        knots = self.level.shape[0] if self.level.ndim == 1 else -1
        arrays: Tuple[Tuple[npt.NDArray[Any], Any], ...] = (
            (self.level, np.float32),
            (self.log10_pfa, np.float64),
            (self.baseline_log10_pfa, np.float64),
        )
        if any(array.dtype != kind or not (array.flags.c_contiguous and array.flags.aligned) for array, kind in arrays):
            raise ValueError("level must be of float32, the others of float64, and all contiguous and aligned")
        if self.log10_pfa.ndim != 2 or self.log10_pfa.shape[1] != knots or self.baseline_log10_pfa.shape != (knots,):
            raise ValueError("level and baseline_log10_pfa must have the shape (knots), log10_pfa (classes, knots)")

    def struct(self) -> Any:
        """Returns the law in the form of libflowline; it points to this law's arrays."""
        return _abi.sized(
            _abi.flowline_region_law,
            classes=self.log10_pfa.shape[0],
            knots=self.log10_pfa.shape[1],
            level=pointer(self.level, ctypes.c_float),
            log10_pfa=pointer(self.log10_pfa, ctypes.c_double),
            height=self.size[0],
            width=self.size[1],
            baseline=self.baseline,
            baseline_exponent=self.baseline_exponent,
            baseline_log10_pfa=pointer(self.baseline_log10_pfa, ctypes.c_double),
        )


def fit_law(fused_maps: npt.NDArray[Any]) -> RegionLaw:
    """Fits a law to good images that the network was not trained on, and that set no threshold.

    fused_maps: float32 (images, height, width), of at least 4 images, as segment gives them: in [0, 1], and -1
        at positions that are not tested.
    """
    maps = dense(fused_maps, np.float32)
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError(f"fused_maps must have the shape (images, height, width), got {maps.shape}")
    images, height, width = maps.shape
    library, here = libflowline(), context()
    classes = library.flowline_size_classes(height, width)
    maxima, baselines = np.empty((images, classes), np.float32), np.empty(images, np.float32)
    for i in range(images):
        check(
            library.flowline_relative_maxima(
                here, _floats(maps[i]), height, width, classes, _floats(maxima[i]), _floats(baselines[i:])
            )
        )
    exponent, baseline, knots = ctypes.c_float(), ctypes.c_float(), ctypes.c_int32()
    of_images = (_floats(maxima), _floats(baselines), images, classes)
    check(library.flowline_baseline_exponent(*of_images, ctypes.byref(exponent)))
    level = np.empty(_abi.LAW_KNOTS, np.float32)
    log10_pfa, of_baseline = np.empty(classes * _abi.LAW_KNOTS), np.empty(_abi.LAW_KNOTS)
    check(
        library.flowline_relative_law_fit(
            *of_images,
            exponent,
            _floats(level),
            pointer(log10_pfa, ctypes.c_double),
            ctypes.byref(knots),
            ctypes.byref(baseline),
            pointer(of_baseline, ctypes.c_double),
        )
    )
    n = knots.value
    return RegionLaw(
        level[:n].copy(),
        log10_pfa[: classes * n].reshape(classes, n).copy(),
        (height, width),
        baseline.value,
        exponent.value,
        of_baseline[:n].copy(),
    )


def _floats(array: npt.NDArray[Any]) -> Any:
    return pointer(array, ctypes.c_float)
