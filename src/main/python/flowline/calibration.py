"""The threshold that guarantees a false-alarm rate, and p-values."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt

from ._library import check, libflowline
from .frames import dense, pointer

#: log10_nfa of images: an array, or a list of numbers. None, of an image that was not inspected, is an error.
Scores = Union[Sequence[Optional[float]], npt.NDArray[Any]]


@dataclass(frozen=True)
class Threshold:
    """A threshold of log10 NFA.

    log10_epsilon: an image shows a defect if its log10_nfa is below it.
    promised: the false-alarm rate per image that it guarantees, at most the requested one.
    """

    log10_epsilon: float
    promised: float


def calibrate(log10_nfa: Scores, rate: float, *, confidence: Optional[float] = None) -> Threshold:
    """Computes the threshold that guarantees a false-alarm rate per image.

    log10_nfa: of good images that have done nothing else: no network was trained on them, no law fitted.
    rate: the requested false-alarm rate, in (0, 1).
    confidence: None: a new good image is a false alarm with a probability of at most `promised`, averaged over
        the choice of the images. In [1e-6, 1): the rate holds for that share of such choices.

    Raises TooFewImagesError if the rate takes more images, 1 / rate - 1 of them without a confidence.
    """
    scores = scores_of(log10_nfa)
    epsilon, promised = ctypes.c_float(), ctypes.c_double()
    check(
        libflowline().flowline_log10_epsilon(
            pointer(scores, ctypes.c_float),
            scores.size,
            float(rate),
            confidence_of(confidence),
            ctypes.byref(epsilon),
            ctypes.byref(promised),
        )
    )
    return Threshold(epsilon.value, promised.value)


def p_value(log10_nfa: Scores, of_image: float) -> float:
    """Computes the p-value of an image: the share of good images that are at least as anomalous.

    log10_nfa: of n good images that have done nothing else than to set the threshold.
    of_image: that of the image.

    Returns (1 + how many of the n are at most of_image) / (n + 1).
    """
    scores = scores_of(log10_nfa)
    result = ctypes.c_double()
    given = pointer(scores, ctypes.c_float)
    check(libflowline().flowline_p_value(given, scores.size, float(of_image), ctypes.byref(result)))
    return result.value


def confidence_of(confidence: Optional[float]) -> float:
    """Returns a confidence as libflowline takes it: 0 for None."""
    if confidence is None:
        return 0.0
    if float(confidence) == 0:
        raise ValueError("confidence must be in [1e-6, 1), or None for the average, got 0")
    return float(confidence)


def scores_of(log10_nfa: Scores) -> npt.NDArray[np.float32]:
    """Returns log10_nfa of images as libflowline takes them. Raises ValueError if an image was not inspected."""
    if not isinstance(log10_nfa, np.ndarray):
        log10_nfa = list(log10_nfa)
        if None in log10_nfa:
            raise ValueError(f"log10_nfa[{log10_nfa.index(None)}] is None: such an image was not inspected")
    scores = dense(log10_nfa, np.float32)
    if scores.ndim != 1:
        raise ValueError(f"log10_nfa must be one number for each image, got the shape {scores.shape}")
    return scores
