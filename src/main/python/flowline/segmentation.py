"""The maps of latents, without a model's file."""

from __future__ import annotations

import ctypes
import enum
from dataclasses import dataclass
from typing import Any, Optional, Tuple

import numpy as np
import numpy.typing as npt

from . import _abi
from ._contexts import context
from ._library import check, libflowline
from .frames import dense, pointer
from .latents import Latents, Tensors
from .law import RegionLaw


class PfaBound(enum.IntEnum):
    """How the probability of false alarm of a region is computed."""

    CHERNOFF = 0
    AS_RELEASED = 1
    EXACT = 2


class NumberOfTests(enum.IntEnum):
    """How many tests the probability of false alarm of a region is multiplied by."""

    BY_SIZE = 1
    PUBLISHED = 2


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The maps of a batch of images.

    log10_nfa: float32 (batch, height, width), log10 of the number of false alarms: the smaller, the more
        meaningful. float32's largest value is where nothing is tested.
    min_log10_nfa: float32 (batch), the smallest of all regions, before maps are interpolated. It decides: an
        image shows a defect if it is below log10 epsilon. float32's largest value: nothing was tested.
    anomaly_map: float32 (batch, height, width) in [0, 1], how unusual each pixel is; high is anomalous.
    anomaly_score: float32 (batch), the largest value of anomaly_map.
    fused_map: float32 (batch, h, w), the anomaly map at the size of the finest scale, which laws are fitted to.
        None if a scale is finer than the one before it.
    """

    log10_nfa: npt.NDArray[np.float32]
    min_log10_nfa: npt.NDArray[np.float32]
    anomaly_map: npt.NDArray[np.float32]
    anomaly_score: npt.NDArray[np.float32]
    fused_map: Optional[npt.NDArray[np.float32]]


def segment(
    latents: Latents,
    size: Tuple[int, int],
    *,
    pfa_bound: PfaBound = PfaBound.CHERNOFF,
    number_of_tests: NumberOfTests = NumberOfTests.BY_SIZE,
    roi: Optional[Tuple[int, int, int, int]] = None,
    ignore: Optional[npt.NDArray[Any]] = None,
    law: Optional[RegionLaw] = None,
    smallest_region: int = 0,
) -> Segmentation:
    """Computes the maps of latents: where a region is too strong to be chance.

    latents: a scale (batch, channels, height, width) or several, finest first, of float16, float32 or float64,
        which is rounded to float32; or of one image, without the batch. White noise where an image is good.
    size: (height, width) of the maps.
    pfa_bound, number_of_tests: the test of white noise; they are not read if there is a law.
    roi: (x, y, width, height), the part of the maps that is tested; None: everything.
    ignore: bool or uint8 (height, width) of the maps, for all images, or (batch, height, width): true where
        nothing is tested.
    law: of good images (fit_law); None: that of white noise.
    smallest_region: the least number of positions of a region, if there is a law.

    Raises ValueError if an argument is wrong, and if latents are not finite.
    """
    tensors = Tensors(latents)
    height, width = size
    if height < 1 or width < 1:
        raise ValueError(f"size must be (height, width) of at least one pixel, got {tuple(size)}")
    options = _abi.sized(
        _abi.flowline_segment_options,
        pfa_bound=int(pfa_bound),
        number_of_tests=int(number_of_tests),
        smallest_region=smallest_region,
    )
    if roi is not None:
        options.roi_x, options.roi_y, options.roi_width, options.roi_height = roi
        if roi[2] < 1 or roi[3] < 1:
            raise ValueError(f"roi must be (x, y, width, height) of at least one pixel, got {tuple(roi)}")
    if ignore is not None:
        mask = _mask_of(ignore, tensors.batch, height, width)
        options.ignore = pointer(mask, ctypes.c_uint8)
        options.ignore_batch_stride = height * width if mask.ndim == 3 else 0
    if law is not None:
        given = law.struct()
        options.law = ctypes.pointer(given)
    return _segmented(tensors, options, height, width)


def _segmented(tensors: Tensors, options: Any, height: int, width: int) -> Segmentation:
    shape = (tensors.batch, height, width)
    log10_nfa, anomaly_map = np.empty(shape, np.float32), np.empty(shape, np.float32)
    smallest, score = np.empty(tensors.batch, np.float32), np.empty(tensors.batch, np.float32)
    positions = [(scale.height, scale.width) for scale in tensors.structs]
    ordered = all(a[0] * a[1] >= b[0] * b[1] for a, b in zip(positions, positions[1:]))
    fused_map = np.empty((tensors.batch, *positions[0]), np.float32) if ordered else None
    maps = _abi.sized(
        _abi.flowline_maps,
        height=height,
        width=width,
        log10_nfa=pointer(log10_nfa, ctypes.c_float),
        min_log10_nfa=pointer(smallest, ctypes.c_float),
        anomaly_map=pointer(anomaly_map, ctypes.c_float),
        anomaly_score=pointer(score, ctypes.c_float),
        fused_map=None if fused_map is None else pointer(fused_map, ctypes.c_float),
    )
    library = libflowline()
    check(
        library.flowline_segment(
            context(), tensors.structs, tensors.count, ctypes.byref(options), ctypes.byref(maps)
        )
    )
    return Segmentation(log10_nfa, smallest, anomaly_map, score, fused_map)


def _mask_of(ignore: npt.NDArray[Any], batch: int, height: int, width: int) -> npt.NDArray[np.uint8]:
    mask = np.asarray(ignore)
    if mask.dtype not in (np.dtype(np.bool_), np.dtype(np.uint8)):
        raise ValueError(f"ignore must be of bool or uint8, got {mask.dtype}")
    if mask.shape not in ((height, width), (batch, height, width)):
        raise ValueError(
            f"ignore must have the shape {(height, width)} or {(batch, height, width)}, got {mask.shape}"
        )
    return dense(mask, np.uint8)
