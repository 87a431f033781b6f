import pytest

from pipeline.runners.limits import LocalConfig, StepLimits
from pipeline.runners.schedule import Schedule, choose, parallel_width
from pipeline.step import Node, Step


def step(step_id: str, *after: str, is_light: bool = False) -> Step:
    return Step(id=step_id, node=Node(component="", waits_for=after), is_light=is_light)


#     a -> left  -> end
#       -> right ->
DIAMOND = (
    step("a"),
    step("left", "a"),
    step("right", "a"),
    step("end", "left", "right", is_light=True),
)


def schedule(**limits: object) -> Schedule:
    return Schedule(DIAMOND, LocalConfig.model_validate({"jobs": 2, "memory_limit_mib": 8192, **limits}))


def startable(of: Schedule, now_seconds: float = 0.0) -> list[str]:
    return [step.id for step in of.startable(now_seconds)]


def run(of: Schedule, *step_ids: str) -> None:
    for step_id in step_ids:
        of.start(step_id)
        of.succeed(step_id)


def fail(of: Schedule, step_id: str, *, is_transient: bool = True, now_seconds: float = 0.0) -> float | None:
    of.start(step_id)
    retry = of.fail(step_id, why="broke", seconds=1.0, is_transient=is_transient, now_seconds=now_seconds)
    return retry.wait_seconds if retry else None


def test_a_step_starts_when_all_before_it_have_finished() -> None:
    plan = schedule()

    assert startable(plan) == ["a"]
    run(plan, "a")
    assert startable(plan) == ["left", "right"]
    run(plan, "right")
    assert startable(plan) == ["left"]
    run(plan, "left", "end")
    assert plan.is_over


def test_no_more_steps_run_at_a_time_than_jobs() -> None:
    one = schedule(jobs=1)
    run(one, "a")
    one.start("left")

    assert startable(one) == []


def test_a_second_step_waits_when_memory_is_short() -> None:
    tight = schedule(memory_limit_mib=2000)
    run(tight, "a")
    tight.start("left")
    assert startable(tight) == []

    tight.succeed("left")
    assert startable(tight) == ["right"]


def test_a_transient_failure_is_tried_again_after_a_wait_that_doubles() -> None:
    plan = schedule(retries=2, retry_wait_seconds=3)

    assert fail(plan, "a", now_seconds=10) == 3
    assert startable(plan, 12.9) == []
    assert plan.next_retry_seconds() == 13
    assert startable(plan, 13) == ["a"]
    assert fail(plan, "a", now_seconds=20) == 6
    assert fail(plan, "a", now_seconds=30) is None
    assert plan.is_over
    assert plan.attempts_of("a") == 3
    assert [attempt.why for attempt in plan.failures_of("a")] == ["broke"] * 3


def test_a_failure_that_will_not_pass_is_not_tried_again() -> None:
    plan = schedule(retries=5)

    assert fail(plan, "a", is_transient=False) is None
    assert plan.is_over
    assert plan.unfinished == {"left", "right", "end"}


def test_after_a_failure_what_runs_is_finished_and_nothing_starts() -> None:
    plan = schedule(retries=0)
    run(plan, "a")
    plan.start("right")
    assert fail(plan, "left") is None

    assert not plan.is_over
    assert startable(plan) == []
    plan.succeed("right")
    assert plan.is_over
    assert plan.unfinished == {"end"}


def test_a_step_may_have_retries_of_its_own() -> None:
    plan = schedule(retries=0, steps={"a": StepLimits(retries=1)})

    assert fail(plan, "a") is not None


def test_steps_that_were_finished_before_hold_nothing_up() -> None:
    rest = Schedule(DIAMOND[1:], LocalConfig(jobs=2))

    assert startable(rest) == ["left", "right"]


@pytest.mark.parametrize(("steps", "width"), [(DIAMOND, 2), (DIAMOND[:2], 1), (DIAMOND[3:], 1), ((), 0)])
def test_the_width_counts_heavy_steps_side_by_side(steps: tuple[Step, ...], width: int) -> None:
    assert parallel_width(steps) == width


def test_there_are_never_more_jobs_than_the_pipeline_has_use_for() -> None:
    assert schedule(jobs=8).jobs == 2
    assert Schedule(DIAMOND[:2], LocalConfig(jobs=8)).jobs == 1


def test_a_step_goes_to_the_worker_that_prepared_for_it() -> None:
    right, left = DIAMOND[2], DIAMOND[1]

    assert choose([right], ["worker 1", "worker 2"], {"right": "worker 2"}) == (right, "worker 2")
    assert choose([left], ["worker 1", "worker 2"], {"right": "worker 1"}) == (left, "worker 2")
    assert choose([right], ["worker 1"], {"right": "worker 2"}) == (right, "worker 1")
    assert choose([left], [], {}) is None
