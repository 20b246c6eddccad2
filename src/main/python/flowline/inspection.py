"""The answer about a frame."""

from __future__ import annotations

import ctypes
import enum
import math
from dataclasses import dataclass, field, fields
from typing import Any, List, Optional, Tuple

import numpy as np
import numpy.typing as npt

from . import _abi
from .frames import pointer


class Verdict(enum.IntEnum):
    """What a frame shows. All but GOOD must not pass as good."""

    NOT_INSPECTED = 0  #: nothing was tested
    GOOD = 1
    DEFECT = 2
    UNDECIDED = 3  #: within the guard band of the threshold


@dataclass(frozen=True)
class Region:
    """A connected part of a frame that is meaningful, in pixels of the frame.

    x, y, width, height: its bounding box, which covers every pixel that it touches.
    area: in pixels of the frame.
    centroid_x, centroid_y: the means of the x and y of its pixels.
    peak_x, peak_y: where log10_nfa is attained.
    log10_nfa: the smallest of its pixels; the smaller, the more meaningful.
    zone: the index of its zone in description["test"]["zones"]; 0 if the test has none.
    """

    x: int
    y: int
    width: int
    height: int
    area: int
    centroid_x: float
    centroid_y: float
    peak_x: int
    peak_y: int
    log10_nfa: float
    zone: int

    @property
    def box(self) -> Tuple[int, int, int, int]:
        """The bounding box: x, y, width, height."""
        return self.x, self.y, self.width, self.height


@dataclass(frozen=True)
class Inspection:
    """The answer about one frame.

    verdict: is it a defect?
    log10_nfa: log10 of the number of false alarms of the most meaningful region; the smaller, the more
        anomalous. None if nothing was tested.
    log10_epsilon: the threshold of log10_nfa.
    promised: the false-alarm rate per image that the threshold guarantees, or that is to be expected if
        Model.description["calibration"]["expected"] is true; None if it was set by hand.
    p_value: the probability with which a good image is at least as anomalous, at most 1; None if nothing
        was tested, or the file cannot say.
    anomaly_score: how unusual the image is, as the model defines it; high is anomalous. None if the file
        alone cannot say (Model.judge).
    regions: the most meaningful first, at most max_regions. There is at least one if the verdict is DEFECT
        or UNDECIDED, and none otherwise.
    region_count: how many regions there are.
    log10_nfa_map: float32 (height, width) of the network's input, where it is a defect: smaller is more
        meaningful, and float32's largest value is where nothing is tested. None unless maps are requested.
    anomaly_map: float32 (height, width) of the network's input, how unusual each pixel is; high is anomalous. None if anomaly_score is.
    """

    verdict: Verdict
    log10_nfa: Optional[float]
    log10_epsilon: float
    promised: Optional[float]
    p_value: Optional[float]
    anomaly_score: Optional[float]
    regions: Tuple[Region, ...]
    region_count: int
    log10_nfa_map: Optional[npt.NDArray[np.float32]] = field(default=None, repr=False, compare=False)
    anomaly_map: Optional[npt.NDArray[np.float32]] = field(default=None, repr=False, compare=False)


class Judgements:
    """Room for the answers about some frames.

    size: (height, width) of the maps; None if there are to be none.
    """

    def __init__(self, count: int, max_regions: int, size: Optional[Tuple[int, int]]) -> None:
        if not 0 <= max_regions <= 1 << 20:
            raise ValueError(f"max_regions must be 0 to {1 << 20}, got {max_regions}")
        self.structs = (_abi.flowline_judgement * count)()
        self._regions = [(_abi.flowline_region * max_regions)() for _ in range(count)]
        self._maps = None if size is None else np.empty((2, count, *size), np.float32)
        for i in range(count):
            judgement = _abi.sized(_abi.flowline_judgement, regions=self._regions[i], capacity=max_regions)
            if self._maps is not None:
                judgement.log10_nfa = pointer(self._maps[0, i], ctypes.c_float)
                judgement.anomaly_map = pointer(self._maps[1, i], ctypes.c_float)
            self.structs[i] = judgement

    def inspections(self) -> List[Inspection]:
        """Returns what the library has written."""
        return [self._inspection(i) for i in range(len(self.structs))]

    def _inspection(self, i: int) -> Inspection:
        of = self.structs[i]
        written = min(of.region_count, of.capacity)
        score = _known(of.anomaly_score)
        maps = None if self._maps is None else self._maps[:, i].copy()  # those of one frame alone are kept
        return Inspection(
            Verdict(of.verdict),
            None if of.min_log10_nfa == _NOT_TESTED else of.min_log10_nfa,
            of.log10_epsilon,
            _known(of.promised),
            _known(of.p_value),
            score,
            tuple(_region_of(region) for region in self._regions[i][:written]),
            of.region_count,
            None if maps is None else maps[0],
            None if maps is None or score is None else maps[1],
        )


_NOT_TESTED = float(np.finfo(np.float32).max)


def _known(value: float) -> Optional[float]:
    return None if math.isnan(value) else value


def _region_of(region: Any) -> Region:
    return Region(*(getattr(region, member.name) for member in fields(Region)))
