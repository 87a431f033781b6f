"""Cron as crontab(5) has it, on days when clocks change too."""

import itertools
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from pipeline.retraining.cron import Cron

BERLIN = ZoneInfo("Europe/Berlin")


def times(schedule: str, start: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the next times after a local one, in UTC, with the weekday in the zone."""
    cron, moment = Cron(schedule, zone), datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(timezone.utc)
    found = []
    for _ in range(count):
        following = cron.next_after(moment)
        assert following is not None
        assert following > moment
        moment = following
        found.append(f"{moment:%m-%d %H:%M} {moment.astimezone(zone):%a}")
    return found


def test_a_time_that_the_clocks_skip_comes_an_hour_later() -> None:
    assert times("30 2 * * *", "2026-03-28 12:00", 3) == ["03-29 01:30 Sun", "03-30 00:30 Mon", "03-31 00:30 Tue"]


def test_a_time_that_comes_twice_counts_once_the_first() -> None:
    assert times("30 2 * * *", "2026-10-24 12:00", 2) == ["10-25 00:30 Sun", "10-26 01:30 Mon"]


@pytest.mark.parametrize("schedule", ["0 * * * *", "0 */1 * * *"])
@pytest.mark.parametrize("night", ["2026-03-28 23:30", "2026-10-24 23:30"])
def test_an_hourly_schedule_leaves_no_hour_out_and_does_none_twice(schedule: str, night: str) -> None:
    found = times(schedule, night, 6)
    minutes = [datetime.strptime(f"2026-{time[:11]}", "%Y-%m-%d %H:%M") for time in found]

    assert {(later - earlier).total_seconds() for earlier, later in itertools.pairwise(minutes)} == {3600}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 12 * * 0", ["Sun", "Sun"]),
        ("0 12 * * 7", ["Sun", "Sun"]),
        ("0 12 * * 1-5", ["Mon", "Tue", "Wed", "Thu", "Fri", "Mon"]),
        ("0 12 * * fri-mon", ["Sun", "Mon", "Fri", "Sat", "Sun"]),
        ("0 12 * * mon,THU", ["Mon", "Thu", "Mon"]),
        ("0 12 * * */2", ["Sun", "Tue", "Thu", "Sat", "Sun"]),
        ("0 12 * * 1-5/2", ["Mon", "Wed", "Fri", "Mon"]),
    ],
)
def test_weekdays_are_numbered_as_cron_does(schedule: str, expected: list[str]) -> None:
    found = times(schedule, "2026-08-01 13:00", len(expected))  # a Saturday

    assert [time.split()[-1] for time in found] == expected


def test_day_of_month_or_weekday_is_enough_where_both_are_named() -> None:
    found = times("0 0 13 * fri", "2026-08-01 00:00", 4, ZoneInfo("UTC"))

    assert found == ["08-07 00:00 Fri", "08-13 00:00 Thu", "08-14 00:00 Fri", "08-21 00:00 Fri"]


def test_day_of_month_and_weekday_are_both_needed_where_one_begins_with_a_star() -> None:
    found = times("0 0 */2 * fri", "2026-08-01 00:00", 2, ZoneInfo("UTC"))

    assert found == ["08-07 00:00 Fri", "08-21 00:00 Fri"]


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        ("0 0 3 * * *", "has six fields; that is the form of Kubeflow Pipelines, which begins with seconds"),
        ("0 0 3 * * *", "leave out the first, '0 3 * * *'"),
        ("@daily", "cron has five"),
        ("0 3 * *", "has 4 fields"),
        ("61 * * * *", "higher than the maximum value"),
        ("0 24 * * *", "higher than the maximum value"),
        ("0 0 31 2 *", "never comes"),
        ("0 3 * * 8", "'8' is no day of week"),
        ("0 3 * * fry", "'fry' is no day of week"),
        ("0 3 L * *", "'l' is no day of month of cron"),
        ("5-1 * * * *", "minimum value in a range"),
        ("*/0 * * * *", "must be higher than 0"),
    ],
)
def test_what_cron_does_not_know_is_said(schedule: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="schedule") as caught:
        Cron(schedule, BERLIN)

    assert sentence in str(caught.value)
