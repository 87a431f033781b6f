"""Move a schedule to another clock: exactly, or not at all."""

from dataclasses import replace

from pipeline.errors import UsageError
from pipeline.recurring.cron import CronSchedule

_DAY_MINUTES = 24 * 60
_SHORTEST_MONTH_DAYS = 28
"""Up to here every month has the day before and the day after, whatever the year."""


def shift(schedule: CronSchedule, minutes: int) -> CronSchedule:
    """Return the schedule for a clock that is ahead by some minutes, or behind.

    Raises:
        UsageError: No single cron expression means the same moments.
    """
    moments = [hour * 60 + minute + minutes for hour in schedule.hours for minute in schedule.minutes]
    times = {divmod(moment % _DAY_MINUTES, 60) for moment in moments}
    hours, past = frozenset(hour for hour, _ in times), frozenset(minute for _, minute in times)
    if len(times) != len(hours) * len(past):
        raise UsageError(["its minutes fall into different hours there; name one minute, or several of one hour"])
    if schedule.has_every_date:
        return replace(schedule, hours=hours, minutes=past)
    days = {moment // _DAY_MINUTES for moment in moments}
    if len(days) > 1:
        raise UsageError(["some of its times fall on another day there and some do not; make two schedules"])
    return _move_days(replace(schedule, hours=hours, minutes=past), days.pop())


def _move_days(schedule: CronSchedule, days: int) -> CronSchedule:
    """Return the schedule some days later, or earlier where they are negative."""
    if days == 0:
        return schedule
    has_every_day = len(schedule.days) == 31  # noqa: PLR2004
    if has_every_day and len(schedule.months) < 12:  # noqa: PLR2004
        raise UsageError(["its months begin on another day there; choose a time that is the same day in both"])
    if has_every_day:
        return replace(schedule, weekdays=frozenset((day + days) % 7 for day in schedule.weekdays))
    moved = frozenset(day + days for day in schedule.days)
    if min(moved | schedule.days) < 1 or max(moved | schedule.days) > _SHORTEST_MONTH_DAYS:
        raise UsageError(["its days fall into other months there; choose a time that is the same day in both"])
    return replace(schedule, days=moved)
