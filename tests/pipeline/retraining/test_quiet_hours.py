"""Hours in which no run starts."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from pipeline.retraining.quiet_hours import parse_quiet_hours

BERLIN = ZoneInfo("Europe/Berlin")


def end(text: str, local: str) -> str | None:
    moment = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(timezone.utc)
    found = parse_quiet_hours(text).end_after(moment, BERLIN)
    return None if found is None else f"{found.astimezone(BERLIN):%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "local", "expected"),
    [
        ("08:00-18:00", "2026-05-05 07:59", None),
        ("08:00-18:00", "2026-05-05 08:00", "05 18:00"),
        ("08:00-18:00", "2026-05-05 17:59", "05 18:00"),
        ("08:00-18:00", "2026-05-05 18:00", None),
        ("22:00-06:00", "2026-05-05 23:00", "06 06:00"),
        ("22:00-06:00", "2026-05-05 05:59", "05 06:00"),
        ("22:00-06:00", "2026-05-05 12:00", None),
    ],
)
def test_they_end_on_the_clock_of_the_zone(text: str, local: str, expected: str | None) -> None:
    assert end(text, local) == expected


def test_an_end_that_the_clocks_skip_is_an_hour_later() -> None:
    assert end("01:00-02:30", "2026-03-29 01:30") == "29 03:30"


@pytest.mark.parametrize("text", ["8-18", "08:00", "25:00-26:00", "08:00-08:00", "08:60-09:00"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        parse_quiet_hours(text)
