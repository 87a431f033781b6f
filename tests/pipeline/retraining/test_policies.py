"""The policies, one by one."""

from datetime import datetime, timedelta, timezone

import pytest

from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.policies import count_runs_of_day, find_hold, wait_after_failures
from pipeline.retraining.records import Demand, HistoryRecord, RunStatus, Trigger

NOON = datetime(2026, 5, 5, 12, tzinfo=timezone.utc)


def demand(*triggers: Trigger, delay: timedelta = timedelta(0)) -> Demand:
    return Demand(triggers=triggers or ("schedule",), reason="it is time", since=NOON, not_before=NOON + delay)


def settings(**values: object) -> RetrainConfig:
    return RetrainConfig.model_validate(values)


def record(at: datetime, status: RunStatus = "unchanged") -> HistoryRecord:
    return HistoryRecord(at=at, triggers=("schedule",), reason="it is time", status=status)


def test_nothing_holds_a_run_back_by_default() -> None:
    assert find_hold(settings(), demand(), NOON, runs_today=0) is None


def test_a_random_delay_is_waited_for() -> None:
    hold = find_hold(settings(), demand(delay=timedelta(minutes=3)), NOON, runs_today=0)

    assert hold is not None
    assert (hold.until, hold.why) == (NOON + timedelta(minutes=3), "random delay")


def test_quiet_hours_are_in_the_time_zone() -> None:
    config = settings(quiet_hours="13:00-15:00", time_zone="Europe/Berlin")
    hold = find_hold(config, demand(), NOON, runs_today=0)

    assert hold is not None
    assert hold.until == NOON + timedelta(hours=1)
    assert "quiet hours" in hold.why


def test_beyond_the_runs_of_a_day_the_next_day_of_the_zone_is_waited_for() -> None:
    config = settings(max_runs_per_day=2, time_zone="Europe/Berlin")
    hold = find_hold(config, demand(), NOON, runs_today=2)

    assert hold is not None
    assert hold.until == datetime(2026, 5, 5, 22, tzinfo=timezone.utc)
    assert "2 runs have started today" in hold.why


def test_the_reason_that_lasts_longest_is_named() -> None:
    config = settings(quiet_hours="11:00-13:00", max_runs_per_day=1)
    hold = find_hold(config, demand("retry", delay=timedelta(minutes=1)), NOON, runs_today=1)

    assert hold is not None
    assert "may" in hold.why


def test_a_person_who_asks_is_not_kept_waiting() -> None:
    config = settings(quiet_hours="11:00-13:00", max_runs_per_day=1)

    assert find_hold(config, demand("retry", "request", delay=timedelta(hours=9)), NOON, runs_today=1) is None


def test_the_day_is_that_of_the_time_zone_and_skipped_runs_do_not_count() -> None:
    late = datetime(2026, 5, 4, 22, 30, tzinfo=timezone.utc)  # half past midnight on the 5th in Berlin
    history = [record(late), record(NOON), record(NOON, "skipped"), record(NOON - timedelta(days=1))]

    assert count_runs_of_day(settings(time_zone="Europe/Berlin"), history, NOON) == 2
    assert count_runs_of_day(settings(), history, NOON) == 1


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (400, 60)])
def test_each_failure_in_a_row_doubles_the_wait_up_to_the_cap(failures: int, minutes: int) -> None:
    config = settings(backoff="5m", backoff_cap="1h")

    assert wait_after_failures(config, failures) == timedelta(minutes=minutes)
