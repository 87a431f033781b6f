"""Five fields that mean the same everywhere; what does not is refused, with what to write instead."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.recurring.cron import parse_cron


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0 3 * * *", "0 3 * * *"),
        ("*/15 9-17 * * MON-fri", "0,15,30,45 9-17 * * 1-5"),
        ("30 23 1,15 */3 *", "30 23 1,15 1,4,7,10 *"),
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * 0,5-7", "0 0 * * 0,5,6"),
        ("0 0 * * sun-sat", "0 0 * * *"),
        ("0 0 29 feb *", "0 0 29 2 *"),
        ("5-59/10 0 31 1-12/6 *", "5,15,25,35,45,55 0 31 1,7 *"),
        ("*/1 */1 * * *", "* * * * *"),
    ],
)
def test_a_schedule_is_written_in_numbers_and_ranges_alone(text: str, plain: str) -> None:
    assert str(parse_cron(text)) == plain


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "0 0 3 * * *",
            r"has six fields, as Kubeflow Pipelines writes it with the seconds first; write five, here '0 3 \*",
        ),
        ("0 3 * *", "has 4 fields; it needs five"),
        ("", "has 0 fields"),
        ("@daily", r"is a shorthand that not every platform has; write '0 0 \* \* \*'"),
        ("60 3 * * *", "minute: 60 is not within 0-59"),
        ("0 24 * * *", "hour: 24 is not within 0-23"),
        ("0 0 0 * *", "day of month: 0 is not within 1-31"),
        ("0 0 * 13 *", "month: 13 is not within 1-12"),
        ("0 0 * * 8", "day of week: 8 is not within 0-7"),
        ("0 0 * * tus", "'tus' is no value of this field. Did you mean 'tue'"),
        ("5/10 3 * * *", "minute: '5/10' steps from a single value, which not all read alike; write 5-59/10"),
        ("0 22-2 * * *", "hour: '22-2' runs backwards; write 22-23,0-2"),
        ("0 */0 * * *", "hour: .* has a step of 0"),
        ("0 3 ? * *", r"day of month: '\?' is an extension"),
        ("0 3 L * *", "day of month: 'L' is no value"),
        ("0 3 * * 5#2", "day of week: '5#2' is an extension"),
        ("0,,5 3 * * *", "minute: a value is missing at a comma"),
        ("0 3 13 * 5", "names days of the month and of the week; platforms take either or both"),
        # Kubernetes takes either here, cron and Kubeflow both.
        ("0 3 */2 * 1", "names days of the month and of the week"),
        ("0 3 1-31 * 1", "names days of the month and of the week"),
        ("0 3 30 2 *", "names a day that its months never have"),
        ("0 3 31 4,6,9,11 *", "names a day that its months never have"),
    ],
)
def test_what_platforms_read_differently_or_not_at_all_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        parse_cron(text)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(UsageError) as error:
        parse_cron("61 25 13 foo 5")

    assert len(error.value.problems) == 4


@given(
    minutes=st.sets(st.integers(0, 59), min_size=1),
    hours=st.sets(st.integers(0, 23), min_size=1),
    days=st.sets(st.integers(1, 28), min_size=1) | st.none(),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
)
def test_the_plain_text_means_the_same(
    minutes: set[int], hours: set[int], days: set[int] | None, weekdays: set[int]
) -> None:
    def listed(values: set[int]) -> str:
        return ",".join(map(str, values))

    week = "*" if days is not None else listed(weekdays)
    schedule = parse_cron(f"{listed(minutes)} {listed(hours)} {listed(days) if days else '*'} * {week}")

    assert parse_cron(str(schedule)) == schedule
    assert (schedule.minutes, schedule.hours) == (minutes, hours)


def test_a_wall_time_matches_when_all_of_it_does() -> None:
    schedule = parse_cron("30 3 * * sun")

    assert schedule.matches(datetime(2026, 11, 29, 3, 30))
    assert not schedule.matches(datetime(2026, 11, 30, 3, 30))
    assert not schedule.matches(datetime(2026, 11, 29, 3, 31))
