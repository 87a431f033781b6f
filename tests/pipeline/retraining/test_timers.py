"""Timers: which of their times have come."""

from datetime import datetime, timedelta, timezone

from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.timers import MOST_MISSED, Timer, timers_of

NOON = datetime(2026, 5, 5, 12, tzinfo=timezone.utc)


def timer(**settings: str) -> Timer:
    (found,) = timers_of(RetrainConfig.model_validate(settings))
    return found


def test_settings_name_none_one_or_both() -> None:
    assert timers_of(RetrainConfig()) == ()
    both = timers_of(RetrainConfig.model_validate({"schedule": "0 3 * * *", "every": "6h"}))
    assert [one.trigger for one in both] == ["schedule", "every"]


def test_another_schedule_or_zone_is_another_timer() -> None:
    names = {
        timer(schedule="0 3 * * *").name,
        timer(schedule="0 4 * * *").name,
        timer(schedule="0 3 * * *", time_zone="Europe/Berlin").name,
    }

    assert len(names) == 3


def test_times_are_those_after_the_anchor_up_to_now() -> None:
    hourly = timer(every="1h")

    assert hourly.between(NOON, NOON + timedelta(minutes=59)) == []
    assert hourly.between(NOON, NOON + timedelta(hours=2)) == [NOON + timedelta(hours=1), NOON + timedelta(hours=2)]


def test_after_a_long_absence_not_every_time_is_counted() -> None:
    assert len(timer(schedule="* * * * *").between(NOON, NOON + timedelta(days=365))) == MOST_MISSED
