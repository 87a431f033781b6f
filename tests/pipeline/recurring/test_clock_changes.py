"""What daylight saving time does to a schedule is said before it happens."""

from datetime import datetime, timezone

import pytest

from pipeline.recurring.clock_changes import clock_change_notes
from pipeline.recurring.cron import parse_cron
from pipeline.retraining.time_zone import parse_time_zone

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)


def notes(schedule: str, zone: str) -> list[str]:
    return clock_change_notes(parse_cron(schedule), parse_time_zone(zone), now=NOW)


def test_a_time_in_the_hour_that_is_left_out_and_comes_again() -> None:
    assert notes("30 2 * * *", "Europe/Berlin") == [
        "02:30 does not exist in Europe/Berlin on 2027-03-28",
        "02:30 comes twice in Europe/Berlin on 2027-10-31",
    ]


def test_half_an_hour_counts_too() -> None:
    assert notes("45 1 * * *", "Australia/Lord_Howe") == ["01:45 comes twice in Australia/Lord_Howe on 2027-04-04"]


@pytest.mark.parametrize(
    ("schedule", "zone"),
    [
        ("0 3 * * *", "Europe/Berlin"),
        ("30 2 * * mon", "Europe/Berlin"),
        ("*/10 * * * *", "Europe/Berlin"),
        ("30 2 * * *", "UTC"),
    ],
)
def test_nothing_is_said_where_nothing_happens(schedule: str, zone: str) -> None:
    assert notes(schedule, zone) == []
