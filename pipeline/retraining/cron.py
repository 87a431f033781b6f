"""Five-field cron: what crontab(5) means by it, on APScheduler's trigger.

APScheduler differs from cron in three ways that would start runs on wrong days or twice: it counts weekdays from
Monday, it wants day of month *and* weekday to fit, and on the night when clocks go back a fixed time comes twice.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = ("minute", "hour", "day of month", "month", "day of week")
_CHARACTERS = (r"[\d*,/-]+", r"[\d*,/-]+", r"[\d*,/-]+", r"[\da-z*,/-]+", r"[\da-z*,/-]+")
_EXAMPLE = "'0 3 * * *' is every day at 03:00"
_KFP_FIELDS = 6
_WEEKDAY = re.compile(r"(?P<first>\*|[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?(?:/(?P<step>[1-7]))?")
_STEP = timedelta(microseconds=1)


class Cron:
    """When a schedule's time comes, in a time zone.

    A time that a change of clocks skips comes as much later as the clocks jump: 02:30 at 03:30. A time that comes twice
    counts once, the first; a schedule whose hour begins with `*` follows elapsed time instead, and no hour is left out.
    """

    def __init__(self, text: str, zone: ZoneInfo) -> None:
        """Read five fields.

        Raises:
            ValueError: They are not what cron understands, in a sentence.
        """
        minute, hour, day, month, weekday = _split(text)
        self.text = text
        self._zone = zone
        self._follows_elapsed_time = hour.startswith("*")
        names = _weekday_names(weekday)
        days = [(day, names)] if "*" in (day[0], weekday[0]) else [(day, "*"), ("*", names)]
        self._triggers = [_trigger(text, (minute, hour, *pair), month, zone) for pair in days]
        if self.next_after(datetime(2024, 1, 1, tzinfo=timezone.utc)) is None:
            raise ValueError(f"schedule {text!r} never comes: no month has such a day")

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment, in UTC; None where there is none."""
        times = [time for trigger in self._triggers if (time := self._next_of(trigger, moment)) is not None]
        return min(times, default=None)

    def _next_of(self, trigger: CronTrigger, moment: datetime) -> datetime | None:
        while True:
            time = trigger.get_next_fire_time(None, (moment + _STEP).astimezone(self._zone))
            if time is None:
                return None
            moment = time.astimezone(timezone.utc)
            if self._follows_elapsed_time or not self._is_second_time(moment):
                return moment

    def _is_second_time(self, moment: datetime) -> bool:
        return moment.astimezone(self._zone).fold == 1


def _split(text: str) -> Sequence[str]:
    fields = text.lower().split()
    if len(fields) == _KFP_FIELDS:
        rest = " ".join(fields[1:])
        raise ValueError(
            f"schedule {text!r} has six fields; that is the form of Kubeflow Pipelines, which begins with seconds."
            f" Cron has five: leave out the first, {rest!r}"
        )
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"schedule {text!r} has {len(fields)} fields; cron has five ({', '.join(_FIELDS)}): {_EXAMPLE}"
        )
    for field, characters, name in zip(fields, _CHARACTERS, _FIELDS, strict=True):
        if not re.fullmatch(characters, field):
            raise ValueError(f"schedule {text!r}: {field!r} is no {name} of cron; {_EXAMPLE}")
    return fields


def _trigger(text: str, fields: Sequence[str], month: str, zone: ZoneInfo) -> CronTrigger:
    minute, hour, day, weekday = fields
    try:
        return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=zone)
    except ValueError as error:
        raise ValueError(f"schedule {text!r}: {str(error)[:1].lower()}{str(error)[1:]}; {_EXAMPLE}") from None


def _weekday_names(field: str) -> str:
    """Return the weekdays of a cron field by name; numbers mean different days to cron and to APScheduler."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        found = _WEEKDAY.fullmatch(part)
        if found is None or (found["step"] and found["first"] != "*" and not found["last"]):
            raise ValueError(f"schedule: {part!r} is no day of week; write 0 to 7 or sun to sat, as in 1-5 or mon,thu")
        first, last = (
            (0, 6) if found["first"] == "*" else (_number(found["first"]), _number(found["last"] or found["first"]))
        )
        if last < first:
            last += 7  # `fri-mon`, and `5-0`
        days.update(day % 7 for day in range(first, last + 1, int(found["step"] or 1)))
    return ",".join(_WEEKDAYS[day] for day in sorted(days))


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    if word not in _WEEKDAYS:
        raise ValueError(f"schedule: {word!r} is no day of week; they are {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS.index(word)
