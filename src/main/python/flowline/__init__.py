"""Flowline: is it a defect? From a camera's frame to the verdict, by libflowline.

    import flowline

    with flowline.open("part.onnx") as model:
        inspection = model.inspect(frame, order="rgb")
        print(inspection.verdict.name, [region.box for region in inspection.regions])

A frame is a NumPy array as a camera gives it. The file is what `flowline export` wrote. libflowline and
libflowline_inspect are loaded when they are first needed: from $FLOWLINE_LIBRARY, which names their folder, or
else from the package's folder, the installation that the package is part of, or where the system has them.

Any number of threads may call everything here at once; none holds Python's lock while libflowline computes.
"""

from __future__ import annotations

from ._library import libflowline as _libflowline
from ._version import __version__ as __version__
from .calibration import Threshold, calibrate, p_value
from .errors import (
    FlowlineError,
    InternalError,
    InvalidArgumentError,
    LibraryError,
    NotFiniteError,
    OutOfMemoryError,
    Status,
    TooFewImagesError,
    UnavailableError,
    UnsupportedError,
)
from .frames import Crop, FrameFormat
from .inspection import Inspection, Region, Verdict
from .law import RegionLaw, fit_law
from .model import Model, Size, judge, open
from .preprocessing import Preprocessing, preprocess
from .segmentation import NumberOfTests, PfaBound, Segmentation, segment


def library_version() -> str:
    """Returns the version of libflowline that is loaded, "major.minor.patch"."""
    version: bytes = _libflowline().flowline_version()
    return version.decode()


__all__ = [
    "Crop",
    "FlowlineError",
    "FrameFormat",
    "Inspection",
    "InternalError",
    "InvalidArgumentError",
    "LibraryError",
    "Model",
    "NotFiniteError",
    "NumberOfTests",
    "OutOfMemoryError",
    "PfaBound",
    "Preprocessing",
    "Region",
    "RegionLaw",
    "Segmentation",
    "Size",
    "Status",
    "Threshold",
    "TooFewImagesError",
    "UnavailableError",
    "UnsupportedError",
    "Verdict",
    "calibrate",
    "fit_law",
    "judge",
    "library_version",
    "open",
    "p_value",
    "preprocess",
    "segment",
]
