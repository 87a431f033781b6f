"""The service over hours and days: what starts a run, what holds it back, what happens after it."""

from datetime import datetime, timedelta, timezone

import pytest
from simulated_world import START, ServiceKilled, SimulatedWorld, failed

from components.image_example_gen.spans.span import Span
from pipeline.errors import PipelineError
from pipeline.retraining import conditions
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.records import Stop
from pipeline.retraining.runner import RunOutcome

NIGHTLY = {"schedule": "0 3 * * *"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def span(number: int, version: int | None = None) -> Span:
    return Span(number=number, version=version, is_date=False, folder=f"/data/span-{number}")


def statuses(world: SimulatedWorld) -> list[str]:
    return [record.status for record in world.history()]


def test_a_nightly_schedule_starts_one_run_a_night(world: SimulatedWorld) -> None:
    world.live(world.service(**NIGHTLY), days=3)

    assert world.starts == [at("2026-03-02 03:00"), at("2026-03-03 03:00"), at("2026-03-04 03:00")]
    assert statuses(world) == ["unchanged"] * 3
    assert world.history()[0].reason == "due at 2026-03-02 03:00 UTC"


def test_times_missed_while_no_service_worked_are_one_run(world: SimulatedWorld) -> None:
    world.live(world.service(**NIGHTLY), hours=1)
    world.now_is += timedelta(days=5)
    world.live(world.service(**NIGHTLY), hours=1)

    assert world.starts == [at("2026-03-06 13:00")]
    assert world.history()[0].reason.endswith("2026-03-06 03:00 UTC, 4 earlier missed")


def test_after_a_long_absence_of_a_quick_schedule_one_run_catches_up(world: SimulatedWorld) -> None:
    every_minute = {"schedule": "* * * * *"}
    world.live(world.service(**every_minute, max_runs_per_day=1440), minutes=1)
    world.now_is += timedelta(days=30)
    began = world.now_is
    world.live(world.service(**every_minute, max_runs_per_day=1440), minutes=1)

    assert [start for start in world.starts if start >= began] == [began]


def test_a_schedule_that_is_new_has_missed_nothing(world: SimulatedWorld) -> None:
    world.live(world.service(**NIGHTLY), hours=1)
    world.now_is += timedelta(days=5)
    world.live(world.service(schedule="0 4 * * *"), hours=1)

    assert world.starts == []


def test_times_that_come_during_a_run_are_skipped(world: SimulatedWorld) -> None:
    world.minutes_per_run = 25
    world.live(world.service(schedule="*/10 * * * *"), minutes=41)

    assert world.starts == [START + timedelta(minutes=10), START + timedelta(minutes=40)]
    assert statuses(world) == ["unchanged", "skipped", "unchanged", "skipped"]
    assert world.history()[1].why == ("a run was under way",)
    assert "1 earlier missed" in world.history()[1].reason


def test_an_interval_keeps_its_beat_whatever_runs_take(world: SimulatedWorld) -> None:
    world.minutes_per_run = 17
    world.live(world.service(every="6h"), hours=23)

    assert world.starts == [START + timedelta(hours=hours) for hours in (6, 12, 18)]


def test_a_scheduled_run_is_delayed_by_chance(world: SimulatedWorld) -> None:
    world.live(world.service(**NIGHTLY, jitter="20m"), days=1)

    assert world.starts == [at("2026-03-02 03:10")]


def test_what_is_due_in_quiet_hours_starts_at_their_end(world: SimulatedWorld) -> None:
    world.live(world.service(**NIGHTLY, quiet_hours="02:00-05:30"), days=1)

    assert world.starts == [at("2026-03-02 05:30")]


def test_beyond_the_runs_of_a_day_the_next_day_is_waited_for(world: SimulatedWorld) -> None:
    world.live(world.service(schedule="0 * * * *", max_runs_per_day=2), days=1)

    assert world.starts == [
        at("2026-03-01 13:00"),
        at("2026-03-01 14:00"),
        at("2026-03-02 00:00"),
        at("2026-03-02 01:00"),
    ]


def test_after_a_failure_the_run_is_tried_again_after_a_wait_that_doubles(world: SimulatedWorld) -> None:
    world.outcomes = [failed(), failed(), RunOutcome(status="pushed", version="3", run_id="r")]
    world.live(world.service(**NIGHTLY, backoff="3m"), days=1)  # shorter than the time between two looks

    first = at("2026-03-02 03:00")
    assert world.starts == [first, first + timedelta(minutes=4), first + timedelta(minutes=11)]
    assert statuses(world) == ["failed", "failed", "pushed"]
    assert world.history()[1].triggers == ("retry", "schedule")
    assert world.told() == ["failed", "failed", "pushed", "recovered"]
    assert world.journal.state().failures_in_a_row == 0


def test_too_many_failures_in_a_row_stop_it_until_somebody_says_resume(world: SimulatedWorld) -> None:
    world.outcomes = [failed() for _ in range(3)]
    service = world.service(**NIGHTLY, max_failures=3)
    world.live(service, days=2)

    assert statuses(world) == ["failed"] * 3 + ["skipped"]
    assert "3 runs in a row have failed" in world.history()[-1].why[0]
    assert world.told() == ["failed", "failed", "failed", "stopped"]
    assert "resume" in world.events[-1].text

    journal = world.journal
    journal.change(lambda state: state.model_copy(update={"breaker": None, "failures_in_a_row": 0}))
    world.live(service, days=1)

    assert statuses(world)[-1] == "unchanged"


def test_while_it_is_paused_what_is_due_is_skipped_and_said(world: SimulatedWorld) -> None:
    journal = world.journal
    journal.change(lambda state: state.model_copy(update={"paused": Stop(since=START, why="paused: new cameras")}))
    service = world.service(**NIGHTLY)
    world.live(service, days=2)
    journal.change(lambda state: state.model_copy(update={"paused": None}))
    world.live(service, hours=5)

    assert world.starts == []
    assert [record.why for record in world.history()] == [("paused: new cameras",)] * 2


def test_a_person_s_request_starts_a_run_in_quiet_hours_too(world: SimulatedWorld) -> None:
    world.journal.request("the labels are mended")
    world.live(world.service(**NIGHTLY, quiet_hours="10:00-20:00"), minutes=2)

    (record,) = world.history()
    assert (record.triggers, record.reason) == (("request",), "the labels are mended")
    assert world.journal.requests() == []


def test_a_request_during_a_pause_is_skipped_and_not_kept(world: SimulatedWorld) -> None:
    journal = world.journal
    journal.request("now")
    journal.change(lambda state: state.model_copy(update={"paused": Stop(since=START, why="paused: x")}))
    world.live(world.service(**NIGHTLY), minutes=2)

    assert statuses(world) == ["skipped"]
    assert journal.requests() == []


def test_while_another_run_works_in_the_root_it_waits_and_counts_no_failure(world: SimulatedWorld) -> None:
    world.root_is_free = False
    service = world.service(**NIGHTLY)
    world.live(service, days=1)
    hold = world.journal.state().hold
    assert hold is not None
    assert hold.why == "another run works in the root"

    world.root_is_free = True
    world.live(service, minutes=5)

    assert statuses(world) == ["unchanged"]
    assert world.told() == []


def test_a_root_that_is_taken_at_the_last_moment_is_waited_for_too(world: SimulatedWorld) -> None:
    world.outcomes = [RunOutcome(status="root in use")]
    world.live(world.service(**NIGHTLY), days=1)

    assert len(world.starts) == 2
    assert statuses(world) == ["unchanged"]


def test_a_refusal_is_no_failure(world: SimulatedWorld) -> None:
    world.outcomes = [RunOutcome(status="refused", why=("keras: accuracy 0.5 is below 0.9",), run_id="r")]
    world.live(world.service(**NIGHTLY), days=1)

    assert world.told() == ["refused"]
    assert "below 0.9" in world.events[0].text
    assert world.journal.state().failures_in_a_row == 0
    assert len(world.starts) == 1


def test_a_run_whose_service_was_killed_is_resumed_at_the_next_start(world: SimulatedWorld) -> None:
    world.is_killed_in_run = True
    with pytest.raises(ServiceKilled):
        world.live(world.service(**NIGHTLY), days=1)
    world.is_killed_in_run = False
    world.settled = RunOutcome(status="interrupted", why=("it was killed",), run_id="r1", is_resumable=True)
    world.live(world.service(**NIGHTLY), minutes=5)

    assert [order.resumes for order in world.orders] == [None, "r1"]
    assert statuses(world) == ["interrupted", "unchanged"]
    assert world.history()[1].triggers == ("resume", "schedule")
    assert world.history()[1].resumes == "r1"
    assert world.told() == ["failed", "recovered"]


def test_a_run_that_had_ended_before_its_service_was_killed_is_written_down_as_it_ended(world: SimulatedWorld) -> None:
    world.is_killed_in_run = True
    with pytest.raises(ServiceKilled):
        world.live(world.service(**NIGHTLY), days=1)
    world.is_killed_in_run = False
    world.settled = RunOutcome(status="pushed", run_id="r1", version="4")
    world.live(world.service(**NIGHTLY), minutes=5)

    assert statuses(world) == ["pushed"]
    assert len(world.orders) == 1


def test_what_became_of_a_run_is_asked_only_when_it_has_left_the_root(world: SimulatedWorld) -> None:
    world.is_killed_in_run = True
    with pytest.raises(ServiceKilled):
        world.live(world.service(**NIGHTLY), days=1)
    world.is_killed_in_run, world.root_is_free = False, False
    world.live(world.service(**NIGHTLY), minutes=5)
    assert world.history() == []

    world.root_is_free = True
    world.live(world.service(**NIGHTLY), minutes=5)
    assert statuses(world) == ["interrupted", "unchanged"]


def test_a_run_that_kills_its_service_again_and_again_is_given_up(world: SimulatedWorld) -> None:
    world.settled = RunOutcome(status="interrupted", why=("it was killed",), run_id="r1", is_resumable=True)
    world.is_killed_in_run = True
    for _ in range(3):
        with pytest.raises(ServiceKilled):
            world.live(world.service(**NIGHTLY, max_failures=3), days=1)
    world.is_killed_in_run = False
    world.live(world.service(**NIGHTLY, max_failures=3), hours=12)

    assert len(world.orders) == 3
    assert world.told()[-1] == "stopped"


def test_a_run_that_is_stopped_with_its_service_goes_on_at_the_next_start_and_is_no_failure(
    world: SimulatedWorld,
) -> None:
    world.outcomes = [RunOutcome(status="interrupted", why=("stopped",), run_id="r1", is_resumable=True)]
    service = world.service(**NIGHTLY)
    world.until = START + timedelta(days=9)
    service.ask("request", "now")
    world.stop.is_set = True  # as by SIGTERM during the run
    service.look()

    state = world.journal.state()
    assert (statuses(world), state.failures_in_a_row) == (["interrupted"], 0)
    world.live(world.service(**NIGHTLY), minutes=1)
    assert world.orders[-1].resumes == "r1"
    assert world.told() == []


def test_each_new_span_and_each_new_version_of_one_starts_a_run(world: SimulatedWorld) -> None:
    world.newest_span = span(1)
    service = world.service([conditions.new_span(lambda: world.newest_span)], on_new_span=True)
    world.live(service, hours=1)
    world.newest_span = span(2)
    world.live(service, hours=1)
    world.newest_span = span(2, version=7)
    world.live(service, hours=1)

    assert [record.reason for record in world.history()] == ["span 1 is new", "span 2 is new", "span 2:7 is new"]


def test_a_span_whose_run_failed_is_still_new_after_resume(world: SimulatedWorld) -> None:
    world.newest_span = span(1)
    world.outcomes = [failed()]
    service = world.service([conditions.new_span(lambda: world.newest_span)], on_new_span=True, max_failures=1)
    world.live(service, hours=1)
    world.journal.change(lambda state: state.model_copy(update={"breaker": None, "failures_in_a_row": 0}))
    world.live(service, hours=1)

    assert statuses(world) == ["failed", "unchanged"]


def test_a_span_that_came_while_a_run_was_interrupted_is_still_new_after_it(world: SimulatedWorld) -> None:
    world.newest_span = span(1)
    world.is_killed_in_run = True
    looks = [conditions.new_span(lambda: world.newest_span)]
    with pytest.raises(ServiceKilled):
        world.live(world.service(looks, on_new_span=True), hours=1)
    world.is_killed_in_run, world.newest_span = False, span(2)
    world.settled = RunOutcome(status="interrupted", why=("it was killed",), run_id="r1", is_resumable=True)
    world.live(world.service(looks, on_new_span=True), hours=1)

    assert [order.resumes for order in world.orders] == [None, "r1", None]
    assert world.history()[-1].reason == "span 2 is new"


def test_spans_that_cannot_be_listed_are_said_once_and_stop_nothing(world: SimulatedWorld) -> None:
    def fail() -> Span:
        raise PipelineError("data folder /data cannot be listed")

    world.live(world.service([conditions.new_span(fail)], **NIGHTLY), days=1)

    assert world.told() == ["failed"]
    assert "cannot be listed" in world.events[0].text
    assert statuses(world) == ["unchanged"]


def test_drift_starts_a_run_at_each_measurement_and_is_told_when_it_begins(world: SimulatedWorld) -> None:
    config, reasons = RetrainConfig(on_drift=True), ["brightness has moved by 0.4, and 0.1 is the limit"]
    service = world.service([conditions.drift(config, lambda: reasons)], on_drift=True)
    world.live(service, hours=7)

    assert len(world.starts) == 2
    assert world.told() == ["drift"]
    assert "brightness" in world.history()[0].reason


def test_a_model_that_has_grown_old_is_tried_once_a_day(world: SimulatedWorld) -> None:
    config = RetrainConfig.model_validate({"max_model_age": "30d"})
    pushed = conditions.PushedVersion(name="3", pushed=START - timedelta(days=29))
    world.live(world.service([conditions.model_age(config, lambda: pushed)]), days=3)

    assert len(world.starts) == 2
    assert "version 3 is" in world.history()[0].reason
