"""One field of a cron expression, from text to the values it stands for and back.

The grammar is what every platform reads alike: `*`, values, names, ranges, steps over `*` or a range, and lists of
these.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from trainers.did_you_mean import did_you_mean

_ITEM = re.compile(r"(?P<span>\*|(?P<first>[0-9A-Za-z]+)(-(?P<last>[0-9A-Za-z]+))?)(/(?P<step>[0-9]+))?")
_FOREIGN = re.compile(r"[?LW#]")
_SHORTEST_RANGE = 3
"""Fewer values are listed one by one."""


class FieldError(ValueError):
    """A field that says nothing, or not the same everywhere; the message needs the field's name before it."""


@dataclass(frozen=True)
class CronField:
    """What may stand in a field.

    Attributes:
        name: What people call it.
        low: Smallest value.
        high: Largest value that is written.
        names: Names of the values from `low` on.
    """

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def parse(self, text: str) -> frozenset[int]:
        """Return the values that a text stands for.

        Raises:
            FieldError: It is none, or platforms read it differently.
        """
        return frozenset(value for item in text.split(",") for value in self._parse_item(item))

    def render(self, values: Collection[int]) -> str:
        """Return the shortest plain text for values: `*`, numbers and ranges, no names and no steps."""
        if len(values) == self.high - self.low + 1:
            return "*"
        return ",".join(_render_run(run, "-") for run in runs(values))

    def _parse_item(self, item: str) -> range:
        found = _ITEM.fullmatch(item)
        if found is None:
            raise FieldError(self._why_not(item))
        if found["span"] == "*":
            first, last = self.low, self.high
        else:
            first = self._value(found["first"])
            last = self._value(found["last"]) if found["last"] else first
        step = int(found["step"] or 1)
        if step == 0:
            raise FieldError(f"{item!r} has a step of 0; it must be 1 or more")
        if found["step"] and found["span"] != "*" and not found["last"]:
            raise FieldError(
                f"{item!r} steps from a single value, which not all read alike; write {first}-{self.high}/{step}"
            )
        if first > last:
            raise FieldError(f"{item!r} runs backwards; write {first}-{self.high},{self.low}-{last}")
        return range(first, last + 1, step)

    def _value(self, text: str) -> int:
        names = {name.lower(): self.low + index for index, name in enumerate(self.names)}
        if text.lower() in names:
            return names[text.lower()]
        if not text.isdecimal():
            raise FieldError(f"{text!r} is no value of this field.{did_you_mean(text.lower(), list(names))}")
        if not self.low <= int(text) <= self.high:
            raise FieldError(f"{text} is not within {self.low}-{self.high}")
        return int(text)

    def _why_not(self, item: str) -> str:
        if not item:
            return "a value is missing at a comma"
        if _FOREIGN.search(item):
            return f"{item!r} is an extension that only some platforms have; use numbers, names, '*', ranges and steps"
        return f"{item!r} cannot be read; use numbers, names, '*', ranges such as 1-5 and steps such as */15"


def runs(values: Collection[int]) -> list[range]:
    """Return the values as ranges without gaps, in order; what is shorter than three comes as single values."""
    found: list[range] = []
    for value in sorted(values):
        if found and value == found[-1].stop:
            found[-1] = range(found[-1].start, value + 1)
        else:
            found.append(range(value, value + 1))
    return [
        part
        for run in found
        for part in ([run] if len(run) >= _SHORTEST_RANGE else [range(value, value + 1) for value in run])
    ]


def _render_run(run: range, dash: str) -> str:
    return str(run.start) if len(run) == 1 else f"{run.start}{dash}{run.stop - 1}"
