"""Turns what OpenTelemetry writes to Python's logging into events of the server's own log, now and then."""

import logging
import time
from collections.abc import Callable, Mapping

_PAUSE_SECONDS = 60.0
_SENDERS = ("opentelemetry.sdk", "opentelemetry.exporter")
"""Loggers of what sends spans. Others complain of headers, which are the callers' business."""


class TracingFailures(logging.Handler):
    """Reports the first warning, and after that at most one a minute."""

    def __init__(
        self, report: Callable[[str, Mapping[str, object]], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take what an event with its facts is given to, and a clock of seconds."""
        super().__init__(logging.WARNING)
        self._report, self._clock = report, clock
        self._next_at = clock()

    def emit(self, record: logging.LogRecord) -> None:
        """Report a warning, unless another one was reported just now."""
        now = self._clock()
        if now >= self._next_at and record.name.startswith(_SENDERS):
            self._next_at = now + _PAUSE_SECONDS
            self._report("tracing_failed", {"reason": record.getMessage()})
