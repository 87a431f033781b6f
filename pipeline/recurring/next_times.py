"""When a schedule comes next."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from zoneinfo import ZoneInfo

from pipeline.recurring.cron import CronSchedule

_HORIZON_DAYS = 8 * 366
"""A 29 February may be that far away."""


def next_times(schedule: CronSchedule, zone: ZoneInfo, *, now: datetime, count: int = 3) -> list[datetime]:
    """Return the next times, in the zone; what a change of the clock skips is left out, what comes twice counts once.

    Args:
        schedule: The schedule.
        zone: Whose clock it follows.
        now: Only later times count; aware.
        count: How many.
    """
    return list(islice((time for time in _times(schedule, zone, now) if time > now), count))


def _times(schedule: CronSchedule, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for days in range(_HORIZON_DAYS):
        day = midnight + timedelta(days=days)
        if not schedule.has_date(day):
            continue
        for hour in sorted(schedule.hours):
            for minute in sorted(schedule.minutes):
                time = day.replace(hour=hour, minute=minute, tzinfo=zone)
                # A wall time that does not exist comes back from UTC as another one.
                if time.astimezone(timezone.utc).astimezone(zone).replace(tzinfo=None) == time.replace(tzinfo=None):
                    yield time
