"""A lock that many may use at once, and one may change alone."""

from __future__ import annotations

import contextlib
import threading
from typing import Iterator


class Gate:
    """Lets any number of threads use a thing, or one thread change it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._users = 0
        self._changing = False

    @contextlib.contextmanager
    def use(self) -> Iterator[None]:
        """Waits while somebody changes the thing, then keeps others from changing it."""
        with self._condition:
            self._condition.wait_for(lambda: not self._changing)
            self._users += 1
        try:
            yield
        finally:
            with self._condition:
                self._users -= 1
                self._condition.notify_all()

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Waits until nobody uses the thing, then keeps others from it. New users wait meanwhile."""
        with self._condition:
            self._condition.wait_for(lambda: not self._changing)
            self._changing = True
        try:
            with self._condition:
                self._condition.wait_for(lambda: self._users == 0)
            yield
        finally:
            with self._condition:
                self._changing = False
                self._condition.notify_all()
