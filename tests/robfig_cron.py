"""Cron as robfig/cron 1.2 reads it, which is what a Kubeflow Pipelines server parses with; for the stand-in server.

`tests/pipeline/recurring/kubeflow/robfig_v1.json` holds what the library itself, in Go, said to many expressions.
"""

from datetime import datetime
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class RobfigError(ValueError):
    """The library refuses the expression."""


class Bounds(NamedTuple):
    low: int
    high: int
    names: tuple[str, ...] = ()


class Field(NamedTuple):
    values: frozenset[int]
    has_star: bool


_BOUNDS = (Bounds(0, 59), Bounds(0, 59), Bounds(0, 23), Bounds(1, 31), Bounds(1, 12, _MONTHS), Bounds(0, 6, _WEEKDAYS))


class RobfigCron:
    """Five or six fields: the first are the seconds, and it is the last that may be missing."""

    def __init__(self, text: str) -> None:
        fields = text.split()
        if not 5 <= len(fields) <= 6:
            raise RobfigError(f"Expected 5 to 6 fields, found {len(fields)}: {text}")
        fields += ["*"] * (6 - len(fields))
        self._fields = [_field(field, bounds) for field, bounds in zip(fields, _BOUNDS, strict=True)]

    def fires(self, time: datetime) -> bool:
        """Return whether a time, to the second, is one of the expression's."""
        second, minute, hour, day, month, weekday = self._fields
        has_day, has_weekday = time.day in day.values, time.isoweekday() % 7 in weekday.values
        either = not (day.has_star or weekday.has_star)
        return (
            (time.second in second.values and time.minute in minute.values and time.hour in hour.values)
            and time.month in month.values
            and (has_day or has_weekday if either else has_day and has_weekday)
        )


def _field(text: str, bounds: Bounds) -> Field:
    items = [_item(item, bounds) for item in text.split(",") if item]
    return Field(frozenset().union(*(item.values for item in items)), any(item.has_star for item in items))


def _item(text: str, bounds: Bounds) -> Field:
    span, *steps = text.split("/")
    low, *highs = span.split("-")
    is_star = low in ("*", "?")
    if len(steps) > 1 or (len(highs) > 1 and not is_star):
        raise RobfigError(f"Too many slashes or hyphens: {text}")
    first = bounds.low if is_star else _value(low, bounds)
    last = bounds.high if is_star else _value(highs[0], bounds) if highs else first
    step = _number(steps[0]) if steps else 1
    if steps and not highs:
        last = bounds.high
    if first < bounds.low or last > bounds.high or first > last or step == 0:
        raise RobfigError(f"Not within {bounds.low} to {bounds.high}: {text}")
    return Field(frozenset(range(first, last + 1, step)), is_star)


def _value(text: str, bounds: Bounds) -> int:
    if text.lower() in bounds.names:
        return bounds.low + bounds.names.index(text.lower())
    return _number(text)


def _number(text: str) -> int:
    if not text.removeprefix("+").isdecimal():
        raise RobfigError(f"Failed to parse int from {text}")
    return int(text)
