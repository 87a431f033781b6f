"""The clock that the service lives by, so that a test can let a month pass."""

from datetime import datetime, timezone
from typing import Protocol

from pipeline.retraining.stop_signal import Stop

_LONGEST_WAIT_SECONDS = 60.0
"""A machine that slept has another time of day, while waits do not count its sleep."""


class Clock(Protocol):
    """Time of day, and waiting for it."""

    def now(self) -> datetime:
        """Return the time, in UTC."""

    def wait_until(self, moment: datetime, stop: Stop) -> None:
        """Wait until a moment or a bit less, or until it is time to stop."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(timezone.utc)

    def wait_until(self, moment: datetime, stop: Stop) -> None:
        """Wait until a moment, a minute at most, or until it is time to stop."""
        stop.wait(min((moment - self.now()).total_seconds(), _LONGEST_WAIT_SECONDS))
