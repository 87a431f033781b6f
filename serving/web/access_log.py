"""One JSON line for each request and each event; never what was sent."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import BinaryIO

import orjson


class Log:
    """Writes lines to a stream; each is whole, also when several threads write."""

    def __init__(self, stream: BinaryIO | None = None, *, clock: Callable[[], float] = time.time) -> None:
        """Take the stream (standard error by default) and a clock of seconds since 1970."""
        self._stream, self._clock = stream or sys.stderr.buffer, clock

    def write(self, event: str, facts: Mapping[str, object]) -> None:
        """Write one event with its facts."""
        line = orjson.dumps({"time": round(self._clock(), 3), "event": event, **facts}, default=str)
        self._stream.write(line + b"\n")
        self._stream.flush()
