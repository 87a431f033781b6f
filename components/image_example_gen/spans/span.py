"""One span: a folder of class folders with a number, and the names that people give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from components.errors import DataError

_FIRST_DAY = date(1970, 1, 1)


class SpansError(DataError):
    """Spans that are wanted cannot be had; holds every reason as a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Join the sentences into one message, a line each."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A folder of class folders.

    Attributes:
        number: Number of the span; of a date the days since 1970-01-01, as TFX counts.
        version: Its version; None where the pattern has none.
        is_date: Whether people call it by its date.
        folder: Absolute path.
    """

    number: int
    version: int | None
    is_date: bool
    folder: str

    @property
    def name(self) -> str:
        """Number or date, and the version after a colon: `3`, `3:2`, `2026-01-31`."""
        day = name_of(self.number, is_date=self.is_date)
        return day if self.version is None else f"{day}:{self.version}"


def day_number(day: date) -> int:
    """Return the span that a date is: days since 1970-01-01."""
    return (day - _FIRST_DAY).days


def name_of(number: int, *, is_date: bool) -> str:
    """Return what people call a span: its number, or its date."""
    return date.fromordinal(_FIRST_DAY.toordinal() + number).isoformat() if is_date else str(number)


def join_names(spans: Sequence[Span]) -> str:
    """Return the names of spans as one text, `3,4:2`."""
    return ",".join(span.name for span in spans)
