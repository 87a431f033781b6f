"""A schedule on another clock means the same moments, or is refused."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.recurring.cron import parse_cron
from pipeline.recurring.shift import shift

HALF_HOURS = st.integers(-28, 28).map(lambda number: 30 * number)
# Over the end of a year, and of a February with 29 days.
DAYS = [datetime(2027, 12, 25) + timedelta(days=number) for number in range(80)]


@pytest.mark.parametrize(
    ("text", "minutes", "shifted"),
    [
        ("0 3 * * *", -60, "0 2 * * *"),
        ("0 0 * * *", -60, "0 23 * * *"),
        ("0 0 * * mon", -60, "0 23 * * 0"),
        ("15 23 * * sat", 60, "15 0 * * 0"),
        ("0 3 * * 1", -330, "30 21 * * 0"),
        ("0 23 15 * *", 60, "0 0 16 * *"),
        ("0 0 15 2 *", -60, "0 23 14 2 *"),
        ("0,30 * * * *", 330, "0,30 * * * *"),
        ("0 */6 * * *", -60, "0 5,11,17,23 * * *"),
        ("0 3 31 * *", -60, "0 2 31 * *"),
    ],
)
def test_times_days_and_weekdays_move_together(text: str, minutes: int, shifted: str) -> None:
    assert str(shift(parse_cron(text), minutes)) == shifted


@pytest.mark.parametrize(
    ("text", "minutes", "problem"),
    [
        ("0 0 1 * *", -60, "its days fall into other months there"),
        ("0 23 28 * *", 60, "its days fall into other months there"),
        ("0 0 29 * *", -60, "its days fall into other months there"),
        ("0 0 * 6 *", -60, "its months begin on another day there"),
        ("0 0,12 * * mon", -60, "some of its times fall on another day there"),
        ("15,45 3 * * *", 30, "its minutes fall into different hours there"),
    ],
)
def test_what_no_single_expression_can_say_is_refused(text: str, minutes: int, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        shift(parse_cron(text), minutes)


@given(
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=2),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=2),
    date=st.sampled_from(
        ["* * *", "* * 1", "* * 0,6", "1 * *", "15,28 * *", "2-27 1,3 *", "* 2 *", "29 2 *", "31 1 *"]
    ),
    ahead=HALF_HOURS,
)
def test_what_is_shifted_comes_at_the_same_moments(minutes: set[int], hours: set[int], date: str, ahead: int) -> None:
    schedule = parse_cron(f"{','.join(map(str, minutes))} {','.join(map(str, hours))} {date}")
    try:
        shifted = shift(schedule, ahead)
    except UsageError:
        assume(False)

    offset = timedelta(minutes=ahead)
    here = {
        day.replace(hour=hour, minute=minute) for day in DAYS for hour in schedule.hours for minute in schedule.minutes
    }
    there = {
        day.replace(hour=hour, minute=minute) for day in DAYS for hour in shifted.hours for minute in shifted.minutes
    }
    for wall in here | {wall - offset for wall in there}:
        assert schedule.matches(wall) == shifted.matches(wall + offset)
