"""Lengths of time as people write them: `90s`, `6h`, `30d`, `1h30m`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_FORM = re.compile(r"(?:\d+[wdhms])+")
_ISO_8601 = re.compile(r"P[\dTWDHMS.]+")
"""What pydantic writes into `run.json`, and reads back."""


def parse_duration(value: object) -> object:
    """Return the length of time that a text means; what is no text of ours is left to pydantic.

    Raises:
        ValueError: The text has no unit, or is no length of time.
    """
    if isinstance(value, timedelta) or (isinstance(value, str) and _ISO_8601.fullmatch(value)):
        return value
    text = str(value).replace(" ", "")
    if not _FORM.fullmatch(text):
        raise ValueError(f"{value!r} is no length of time; write a number with a unit, such as 90s, 30m, 6h, 30d or 2w")
    parts = re.findall(r"(\d+)([wdhms])", text)
    try:
        return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in parts))
    except OverflowError:
        raise ValueError(f"{value!r} is longer than anybody will wait") from None


def say_duration(length: timedelta) -> str:
    """Return a length of time in the form that `parse_duration` reads, whole seconds."""
    seconds = int(length.total_seconds())
    parts = []
    for unit in "dhms":
        count, seconds = divmod(seconds, _SECONDS[unit])
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), Field(ge=timedelta(0), le=timedelta(days=3650))]
"""A setting that is a length of time."""
