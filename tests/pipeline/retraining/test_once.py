"""One run for another's timer: when it runs, when it does not, and the exit code."""

from datetime import timedelta

import pytest
from simulated_world import START, SimulatedWorld, failed

from pipeline.retraining import conditions
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.once import run_once
from pipeline.retraining.records import Stop
from pipeline.retraining.runner import RunOutcome


def once(world: SimulatedWorld, looks: tuple[conditions.Condition, ...] = (), **settings: object) -> int:
    config = RetrainConfig.model_validate({"poll_seconds": 0.1, **settings})
    return run_once(world.service(looks, poll_seconds=0.1), config, world.journal, world.stop)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (RunOutcome(status="pushed", version="1", exit_code=0), 0),
        (RunOutcome(status="unchanged", exit_code=0), 0),
        (RunOutcome(status="refused", exit_code=3), 3),
        (failed(), 1),
        (RunOutcome(status="failed", why=("unknown setting",), exit_code=2), 2),
        (RunOutcome(status="interrupted"), 130),
    ],
)
def test_the_exit_code_is_that_of_the_run(world: SimulatedWorld, outcome: RunOutcome, code: int) -> None:
    world.outcomes = [outcome]

    assert once(world) == code
    assert world.history()[0].triggers == ("once",)


def test_a_pause_is_kept_and_is_no_failure(world: SimulatedWorld) -> None:
    world.journal.change(lambda state: state.model_copy(update={"paused": Stop(since=START, why="paused: x")}))

    assert once(world) == 0
    assert world.orders == []


def test_after_too_many_failures_the_caller_is_told_by_the_exit_code(world: SimulatedWorld) -> None:
    world.journal.change(lambda state: state.model_copy(update={"breaker": Stop(since=START, why="5 failures")}))

    assert once(world) == 1
    assert world.orders == []


def test_with_conditions_alone_it_looks_and_runs_only_if_one_holds(world: SimulatedWorld) -> None:
    config = RetrainConfig.model_validate({"max_model_age": "30d"})
    age = timedelta(days=1)
    look = conditions.model_age(config, lambda: conditions.PushedVersion(name="1", pushed=START - age))

    assert once(world, (look,), max_model_age="30d") == 0
    assert world.orders == []
    age = timedelta(days=31)
    assert once(world, (look,), max_model_age="30d") == 0
    assert world.history()[0].triggers == ("model age",)


def test_with_a_schedule_in_the_settings_the_caller_s_timer_stands_for_it(world: SimulatedWorld) -> None:
    assert once(world, schedule="0 3 * * *", max_model_age="30d") == 0
    assert len(world.orders) == 1


def test_what_a_policy_holds_back_is_skipped_and_written_down(world: SimulatedWorld) -> None:
    world.outcomes = [failed()]
    once(world)

    assert once(world) == 0
    assert [record.status for record in world.history()] == ["failed", "skipped"]
    assert world.history()[1].why == ("after a failure",)


def test_a_root_in_use_is_waited_for(world: SimulatedWorld) -> None:
    world.outcomes = [RunOutcome(status="root in use"), RunOutcome(status="pushed", version="1", exit_code=0)]

    assert once(world) == 0
    assert [record.status for record in world.history()] == ["pushed"]
