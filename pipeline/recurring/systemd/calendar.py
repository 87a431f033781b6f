"""A schedule as systemd's `OnCalendar=` writes it."""

from collections.abc import Collection

from pipeline.recurring.cron import CronSchedule
from pipeline.recurring.cron_field import runs

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def calendar_expression(schedule: CronSchedule, time_zone: str) -> str:
    """Return the expression, e.g. `Mon..Fri *-*-* 03:00:00 Europe/Berlin`.

    Days of the week and of the month must both match for systemd, which is what a CronSchedule says: one of them is
    every day.

    Args:
        schedule: The schedule.
        time_zone: Name of its zone.
    """
    # systemd's week begins on Monday.
    weekdays = [(day - 1) % 7 for day in schedule.weekdays]
    names = ",".join(
        _WEEKDAYS[run.start] + (f"..{_WEEKDAYS[run.stop - 1]}" if len(run) > 1 else "") for run in runs(weekdays)
    )
    date = f"*-{_values(schedule.months, 12)}-{_values(schedule.days, 31)}"
    time = f"{_values(schedule.hours, 24)}:{_values(schedule.minutes, 60)}:00"
    return " ".join([*([names] if len(weekdays) < len(_WEEKDAYS) else []), date, time, time_zone])


def _values(values: Collection[int], count: int) -> str:
    if len(values) == count:
        return "*"
    return ",".join(f"{run.start:02}" + (f"..{run.stop - 1:02}" if len(run) > 1 else "") for run in runs(values))
