"""What daylight saving time does to a schedule: times that do not exist, and times that come twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from pipeline.recurring.cron import CronSchedule

_AHEAD_DAYS = 400
_STEP = timedelta(minutes=30)
"""Clocks change at full and half hours of UTC."""


def clock_change_notes(schedule: CronSchedule, zone: ZoneInfo, *, now: datetime) -> list[str]:
    """Return a sentence for each change of the clock, within 400 days, that a schedule runs into.

    A schedule of every hour is left alone: an hour more or less means nothing to it.

    Args:
        schedule: The schedule.
        zone: The zone whose clock it follows.
        now: When to begin, aware.
    """
    if len(schedule.hours) == 24:  # noqa: PLR2004
        return []
    return [note for before, after in _changes(zone, now) for note in _note(schedule, zone, before, after)]


def _changes(zone: ZoneInfo, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the wall time that each change would have without it, and the one it has."""
    moment = now.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)
    until = moment + timedelta(days=_AHEAD_DAYS)
    offset = moment.astimezone(zone).utcoffset()
    while moment < until:
        moment += _STEP
        local = moment.astimezone(zone)
        if local.utcoffset() != offset:
            assert offset is not None  # noqa: S101  zones of the database always tell
            yield (moment + offset).replace(tzinfo=None), local.replace(tzinfo=None)
            offset = local.utcoffset()


def _note(schedule: CronSchedule, zone: ZoneInfo, before: datetime, after: datetime) -> Iterator[str]:
    first, last = min(before, after), max(before, after)
    what = "does not exist" if after > before else "comes twice"
    for minutes in range(int((last - first).total_seconds() // 60)):
        wall = first + timedelta(minutes=minutes)
        if schedule.matches(wall):
            yield f"{wall:%H:%M} {what} in {zone.key} on {wall:%Y-%m-%d}"
            return
