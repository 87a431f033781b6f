"""How far one clock is ahead of another."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.errors import UsageError

_AHEAD_DAYS = 2 * 366
"""How far ahead two clocks are compared; every zone that changes does so each year."""


def minutes_ahead(zone: ZoneInfo, of: ZoneInfo, *, now: datetime) -> int:
    """Return how many minutes one clock is ahead of another, if that is the same for the next two years.

    Args:
        zone: The one that is ahead, or behind.
        of: The one it is compared with.
        now: When to begin, aware.

    Raises:
        UsageError: It changes, as one of them has daylight saving time.
    """
    ahead = _difference(zone, of, now)
    for days in range(_AHEAD_DAYS):
        moment = now + timedelta(days=days)
        if _difference(zone, of, moment) != ahead:
            raise UsageError(
                [f"{zone.key} and {of.key} are not always the same time apart: it changes before {moment:%Y-%m-%d}"]
            )
    return int(ahead.total_seconds() // 60)


def _difference(zone: ZoneInfo, of: ZoneInfo, moment: datetime) -> timedelta:
    local, other = moment.astimezone(zone).utcoffset(), moment.astimezone(of).utcoffset()
    assert local is not None and other is not None  # noqa: S101  zones of the database always tell
    return local - other
