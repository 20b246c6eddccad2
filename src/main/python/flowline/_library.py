"""Finds and loads libflowline and libflowline_inspect, when they are first needed."""

from __future__ import annotations

import ctypes
import functools
import os
import sysconfig
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from . import _abi
from ._version import __version__
from .errors import LibraryError, error_of

VARIABLE = "FLOWLINE_LIBRARY"
_MAJOR, _MINOR = (int(part) for part in __version__.split(".")[:2])


def check(status: int) -> None:
    """Raises the exception of a status of a call of this thread, with its message, unless it is OK."""
    if status != _abi.OK:
        message = libflowline().flowline_last_error().decode("utf-8", "replace")
        raise error_of(status, message)


@functools.lru_cache(maxsize=None)
def libflowline() -> ctypes.CDLL:
    """Returns libflowline. Raises LibraryError with the places where it was looked for."""
    library, _ = _libflowline()
    return library


@functools.lru_cache(maxsize=None)
def libflowline_inspect() -> ctypes.CDLL:
    """Returns libflowline_inspect, from the folder of libflowline. Raises LibraryError."""
    _, folder = _libflowline()
    name = "flowline_inspect"
    if folder is None:
        path: Optional[str] = _names(name)[0]
    else:
        path = _file_in(folder, name)
    if path is None:
        raise LibraryError(
            f"{_names(name)[0]} is not in {folder}, where libflowline is: this libflowline was built or "
            f"installed without it"
        )
    return _declared(_loaded(path), _abi.FLOWLINE_INSPECT, path)


@functools.lru_cache(maxsize=None)
def _libflowline() -> Tuple[ctypes.CDLL, Optional[str]]:
    """libflowline and its folder; None if the system found it."""
    path, folder = _path()
    library = _declared(_loaded(path), _abi.FLOWLINE, path)
    version = library.flowline_version().decode()
    major, minor = (int(part) for part in version.split(".")[:2])
    if major != _MAJOR or minor < _MINOR:
        raise LibraryError(f"{path} is libflowline {version}, and this package needs {_MAJOR}.{_MINOR} or newer")
    return library, folder


def _names(name: str) -> List[str]:
    return [f"lib{name}.so.{_MAJOR}", f"lib{name}.so"]


def _path() -> Tuple[str, Optional[str]]:
    """What to load as libflowline, and its folder."""
    named = os.environ.get(VARIABLE, "")
    folders = [named] if named else _folders()
    if named and os.path.isfile(named):
        folders = [os.path.dirname(os.path.abspath(named))]
        if os.path.basename(named).startswith("libflowline.so"):
            return os.path.abspath(named), folders[0]
    for folder in folders:
        path = _file_in(folder, "flowline")
        if path is not None:
            return path, folder
    if named:
        raise LibraryError(f"{_names('flowline')[0]} is not in {named}, which ${VARIABLE} names")
    return _names("flowline")[0], None


def _folders() -> List[str]:
    """The folders that are looked at before the system is asked: the package's, its installation's."""
    package = Path(__file__).resolve().parent
    places = [package]
    # PREFIX/lib/python3/dist-packages/flowline, PREFIX/lib/python3.11/site-packages/flowline
    if package.parent.name in ("dist-packages", "site-packages"):
        lib = package.parents[2]
        multiarch = sysconfig.get_config_var("MULTIARCH")
        places += [lib, lib.parent / "lib64"] + ([lib / multiarch] if multiarch else [])
    return [str(place) for place in places]


def _file_in(folder: str, name: str) -> Optional[str]:
    paths = (os.path.join(os.path.abspath(folder), file) for file in _names(name))
    return next((path for path in paths if os.path.isfile(path)), None)


def _loaded(path: str) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(path)
    except OSError as error:
        if os.path.isabs(path):
            raise LibraryError(f"{path} cannot be loaded: {error}") from error
        raise LibraryError(
            f"{path} was not found: ${VARIABLE}, which may name its folder, is not set; looked in "
            f"{', '.join(_folders())}; the system says: {error}"
        ) from error


def _declared(library: ctypes.CDLL, functions: Dict[str, Any], path: str) -> ctypes.CDLL:
    for name, (result, arguments) in functions.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            needed = f"this package needs libflowline {_MAJOR}.{_MINOR} or newer"
            raise LibraryError(f"{path} has no {name}: {needed}") from None
        function.restype, function.argtypes = result, arguments
    return library
