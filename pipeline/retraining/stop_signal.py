"""SIGTERM and SIGINT as something to wait for.

`threading.Event` takes a lock that the interrupted thread may hold at that moment; a pipe has none.
"""

import os
import select
import signal
from types import FrameType
from typing import Protocol


class Stop(Protocol):
    """Something that says when to stop."""

    @property
    def is_set(self) -> bool:
        """Whether it has been said."""

    def wait(self, seconds: float) -> bool:
        """Wait this long at most; returns at once, with True, when it is said."""


class StopSignal:
    """Set by SIGTERM and SIGINT from the moment on that it is installed."""

    def __init__(self) -> None:
        """Make an unset one."""
        self._read, self._write = os.pipe()
        self._is_set = False

    def install(self) -> None:
        """Take over both signals of this process."""
        signal.signal(signal.SIGTERM, self._receive)
        signal.signal(signal.SIGINT, self._receive)

    @property
    def is_set(self) -> bool:
        """Whether a signal has come."""
        return self._is_set

    def wait(self, seconds: float) -> bool:
        """Wait this long at most; returns at once, with True, when a signal comes or has come."""
        if not self._is_set:
            select.select([self._read], [], [], max(0.0, seconds))
        return self._is_set

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if not self._is_set:
            self._is_set = True
            os.write(self._write, b"x")
