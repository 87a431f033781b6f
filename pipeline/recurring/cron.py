"""A schedule in five cron fields, in the part of the language that means the same on every platform.

Where implementations disagree the schedule is refused with what to write instead: both a day of the month and a day of
the week (cron and Kubernetes take either, systemd and APScheduler want both), six fields, `@daily`, `?`, `L`, `#`.
"""

from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import UsageError
from pipeline.recurring.cron_field import CronField, FieldError

MINUTE = CronField("minute", 0, 59)
HOUR = CronField("hour", 0, 23)
DAY = CronField("day of month", 1, 31)
MONTH = CronField("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
WEEKDAY = CronField("day of week", 0, 6)
_WEEKDAY_AS_WRITTEN = CronField("day of week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
"""Sunday is 0 and 7."""
_AS_WRITTEN = (MINUTE, HOUR, DAY, MONTH, _WEEKDAY_AS_WRITTEN)
_LONGEST_MONTH_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_SHORTHANDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


@dataclass(frozen=True, kw_only=True)
class CronSchedule:
    """When something is to happen, to the minute, by the clock of a time zone that is told elsewhere.

    Attributes:
        minutes: 0 to 59.
        hours: 0 to 23.
        days: Days of the month, 1 to 31.
        months: 1 to 12.
        weekdays: 0 (Sunday) to 6; either these or the days are all there are.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def has_every_date(self) -> bool:
        """Whether no date is left out."""
        return (len(self.days), len(self.months), len(self.weekdays)) == (31, 12, 7)

    def matches(self, wall: datetime) -> bool:
        """Return whether a wall time, whose seconds do not count, is one of the schedule's."""
        return wall.minute in self.minutes and wall.hour in self.hours and self.has_date(wall)

    def has_date(self, wall: datetime) -> bool:
        """Return whether something is to happen on a date."""
        return wall.day in self.days and wall.month in self.months and wall.isoweekday() % 7 in self.weekdays

    def __str__(self) -> str:
        """Return five fields of numbers and ranges, which every cron reads alike."""
        values = (self.minutes, self.hours, self.days, self.months, self.weekdays)
        return " ".join(
            field.render(part) for field, part in zip((MINUTE, HOUR, DAY, MONTH, WEEKDAY), values, strict=True)
        )


def parse_cron(text: str) -> CronSchedule:
    """Return the schedule that five fields stand for.

    Raises:
        UsageError: With every problem of every field.
    """
    fields = text.split()
    if len(fields) != len(_AS_WRITTEN):
        raise UsageError([f"schedule {text!r} {_wrong_count(fields)}"])
    parts: list[frozenset[int]] = []
    problems: list[str] = []
    for field, written in zip(_AS_WRITTEN, fields, strict=True):
        try:
            parts.append(field.parse(written))
        except FieldError as error:
            problems.append(f"schedule {text!r}: {field.name}: {error}")
    if fields[2] != "*" and fields[4] != "*":
        problems.append(
            f"schedule {text!r} names days of the month and of the week; platforms take either or both, so write '*'"
            " for one of them, or make two schedules"
        )
    if problems:
        raise UsageError(problems)
    minutes, hours, days, months, weekdays = parts
    if min(days) > max(_LONGEST_MONTH_DAYS.get(month, 31) for month in months):
        raise UsageError([f"schedule {text!r} names a day that its months never have"])
    return CronSchedule(
        minutes=minutes, hours=hours, days=days, months=months, weekdays=frozenset(day % 7 for day in weekdays)
    )


def _wrong_count(fields: list[str]) -> str:
    if len(fields) == 1 and fields[0].lower() in _SHORTHANDS:
        return f"is a shorthand that not every platform has; write {_SHORTHANDS[fields[0].lower()]!r}"
    if len(fields) == len(_AS_WRITTEN) + 1:
        return (
            "has six fields, as Kubeflow Pipelines writes it with the seconds first; write five, here"
            f" {' '.join(fields[1:])!r}: the sixth is added for Kubeflow"
        )
    return f"has {len(fields)} fields; it needs five: minute, hour, day of month, month, day of week"
