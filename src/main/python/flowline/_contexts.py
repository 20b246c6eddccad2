"""A context for each thread: one thread at a time may use a context, and none outlives a fork."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref

from ._library import check, libflowline


class _Context:
    """A context on the CPU with one thread, which is destroyed with this object."""

    def __init__(self) -> None:
        library = libflowline()
        self.handle = ctypes.c_void_p()
        self.process = os.getpid()
        check(library.flowline_context_create(None, ctypes.byref(self.handle)))
        # At the end of the program threads may still compute, and the system frees all.
        weakref.finalize(self, _destroy, library, self.handle, self.process).atexit = False


def _destroy(library: ctypes.CDLL, handle: ctypes.c_void_p, process: int) -> None:
    if os.getpid() == process:
        library.flowline_context_destroy(handle)


class _OfThread(threading.local):
    context: _Context | None = None


_of_thread = _OfThread()


def context() -> ctypes.c_void_p:
    """Returns the calling thread's context. It lives as long as the thread."""
    mine = _of_thread.context
    if mine is None or mine.process != os.getpid():
        mine = _of_thread.context = _Context()
    return mine.handle
