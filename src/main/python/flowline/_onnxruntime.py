"""Where ONNX Runtime is, if it was installed by pip."""

from __future__ import annotations

import glob
import importlib.util
import os
from typing import Optional


def of_python() -> Optional[str]:
    """Returns the path of libonnxruntime.so in the Python package onnxruntime, which is not imported."""
    try:
        spec = importlib.util.find_spec("onnxruntime")
    except ValueError:  # a module of that name that came from nowhere
        return None
    for folder in (spec.submodule_search_locations if spec else None) or []:
        libraries = sorted(glob.glob(os.path.join(glob.escape(folder), "capi", "libonnxruntime.so*")))
        if libraries:
            return libraries[0]
    return None
