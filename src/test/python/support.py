"""What the tests of the Python package share. Run them by src/test/sh/python-test.sh, or

    FLOWLINE_LIBRARY=target/native python3 -m unittest discover -s src/test/python
"""

from __future__ import annotations

import atexit
import os
import platform
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src/main/python"
HEADERS = ROOT / "src/main/native/include/flowline"
sys.dont_write_bytecode = True  # a new file among the sources has the launcher build anew
sys.path.insert(0, str(PACKAGE))
os.environ["FLOWLINE_LIBRARY"] = os.path.abspath(os.environ.get("FLOWLINE_LIBRARY") or ROOT / "target/native")

SEED = int(os.environ.get("FLOWLINE_TEST_SEED", "20261130"))
print(f"seed {SEED} (FLOWLINE_TEST_SEED)", file=sys.stderr)

_folder = tempfile.TemporaryDirectory(prefix="flowline-python-")
atexit.register(_folder.cleanup)
SCRATCH = Path(_folder.name)


def need(what: object, why: str) -> None:
    """Skips the test without something; in CI, where it must be there, the test fails."""
    if not what and os.environ.get("CI"):
        raise AssertionError(f"in CI this must not be skipped: {why}")
    if not what:
        raise unittest.SkipTest(why)


def need_inspect() -> None:
    """Skips the test if libflowline_inspect was not built."""
    folder = Path(os.environ["FLOWLINE_LIBRARY"])
    need(list(folder.glob("libflowline_inspect.so*")), f"libflowline_inspect is not in {folder}")


def onnxruntime() -> str:
    """Returns the path of libonnxruntime.so: of $FLOWLINE_ONNXRUNTIME, or out of the jar of the Java build."""
    named = os.environ.get("FLOWLINE_ONNXRUNTIME")
    path = named or _from_jar()
    need(path, "there is no ONNX Runtime: neither $FLOWLINE_ONNXRUNTIME nor a jar in Maven's repository")
    assert path is not None
    return path


def _from_jar() -> Optional[str]:
    machine = "linux-aarch64" if platform.machine() == "aarch64" else "linux-x64"
    inside = f"ai/onnxruntime/native/{machine}/libonnxruntime.so"
    extracted = SCRATCH / inside
    jars = sorted(Path.home().glob(".m2/repository/com/microsoft/onnxruntime/onnxruntime/*/onnxruntime-*.jar"))
    if jars and not extracted.exists():
        with zipfile.ZipFile(jars[-1]) as jar:
            jar.extract(inside, SCRATCH)
    return str(extracted) if extracted.exists() else None
