"""What goes wrong, as exceptions; each has the library's message."""

from __future__ import annotations

import enum
from typing import Dict, Optional, Type


class Status(enum.IntEnum):
    """The status of a failed call, as flowline.h numbers them."""

    INVALID_ARGUMENT = 1
    NOT_FINITE = 2
    OUT_OF_MEMORY = 3
    UNSUPPORTED = 4
    INTERNAL = 5
    UNAVAILABLE = 6
    TOO_FEW_IMAGES = 7


class FlowlineError(Exception):
    """Any failure that libflowline reports, or that it could not be loaded.

    status: the status of the call; None if no call was made.
    """

    status: Optional[Status] = None


class LibraryError(FlowlineError, OSError):
    """libflowline or libflowline_inspect is not there, is too old, or cannot be loaded."""


class InvalidArgumentError(FlowlineError, ValueError):
    """An argument is wrong, or a file is no model: the message names it, its value and its bound."""

    status = Status.INVALID_ARGUMENT


class NotFiniteError(FlowlineError, ValueError):
    """Data are NaN or infinite; the message names their position."""

    status = Status.NOT_FINITE


class OutOfMemoryError(FlowlineError, MemoryError):
    """There is not enough memory."""

    status = Status.OUT_OF_MEMORY


class UnsupportedError(FlowlineError):
    """A model needs what this version of the library does not have."""

    status = Status.UNSUPPORTED


class InternalError(FlowlineError):
    """A defect of the library: please report it with the message."""

    status = Status.INTERNAL


class UnavailableError(FlowlineError):
    """This machine has no such engine or device: there is no ONNX Runtime, for example."""

    status = Status.UNAVAILABLE


class TooFewImagesError(FlowlineError, ValueError):
    """A false-alarm rate takes more good images; the message says how many."""

    status = Status.TOO_FEW_IMAGES


_BY_STATUS: Dict[int, Type[FlowlineError]] = {
    error.status: error
    for error in (
        InvalidArgumentError,
        NotFiniteError,
        OutOfMemoryError,
        UnsupportedError,
        InternalError,
        UnavailableError,
        TooFewImagesError,
    )
    if error.status is not None
}


def error_of(status: int, message: str) -> FlowlineError:
    """Returns the exception of a status that is not OK."""
    return _BY_STATUS.get(status, InternalError)(message)
