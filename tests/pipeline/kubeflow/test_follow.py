from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

from pipeline.events import Event, StepFinished, StepStarted
from pipeline.kubeflow.cluster_run import ClusterRun, ClusterTask, read_run
from pipeline.kubeflow.follow import follow

STEPS = ("Transform", "Trainer_keras", "Pusher")


def run(state: str, **tasks: str) -> ClusterRun:
    return ClusterRun(state=state, tasks=tuple(ClusterTask(name=name, state=of) for name, of in tasks.items()))


def follow_through(*looks: ClusterRun) -> tuple[list[Event], ClusterRun, StepFinished | None]:
    events: list[Event] = []
    answers = iter(looks)
    last, failed = follow(lambda: next(answers), events.append, STEPS, interval_seconds=0.0)
    return events, last, failed


def test_each_change_is_told_once() -> None:
    events, last, failed = follow_through(
        run("PENDING"),
        run("RUNNING", Transform="RUNNING", root="RUNNING"),
        run("RUNNING", Transform="RUNNING"),
        run("RUNNING", Transform="SUCCEEDED", Trainer_keras="SKIPPED", **{"Pusher-driver": "SUCCEEDED"}),
        run("SUCCEEDED", Transform="SUCCEEDED", Trainer_keras="SKIPPED", Pusher="SUCCEEDED"),
    )

    assert events == [
        StepStarted("Transform"),
        StepFinished("Transform", "executed", 0.0, ""),
        StepStarted("Trainer_keras"),
        StepFinished("Trainer_keras", "cached", 0.0, ""),
        StepStarted("Pusher"),
        StepFinished("Pusher", "executed", 0.0, ""),
    ]
    assert last.state == "SUCCEEDED"
    assert failed is None


def test_a_failure_is_returned_and_what_never_began_is_skipped() -> None:
    failing = ClusterTask(name="Transform", state="FAILED", error="no space left")
    events, _, failed = follow_through(ClusterRun(state="FAILED", tasks=(failing,)))

    assert failed == StepFinished("Transform", "failed", 0.0, "no space left")
    assert [event for event in events if isinstance(event, StepFinished) and event.status == "skipped"] == [
        StepFinished("Trainer_keras", "skipped", 0.0, ""),
        StepFinished("Pusher", "skipped", 0.0, ""),
    ]


def answer(**fields: Any) -> Any:
    return SimpleNamespace(**{"state": None, "error": None, "run_details": None, **fields})


def test_an_answer_may_lack_everything() -> None:
    assert read_run(answer()) == ClusterRun(state="PENDING")


def test_times_and_errors_are_read_from_an_answer() -> None:
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    task = SimpleNamespace(
        display_name="Pusher",
        state="FAILED",
        start_time=start,
        end_time=start + timedelta(seconds=90),
        error=SimpleNamespace(message="exit\ncode 1"),
    )

    read = read_run(answer(state="FAILED", run_details=SimpleNamespace(task_details=[task])))

    assert read.tasks == (ClusterTask(name="Pusher", state="FAILED", seconds=90.0, error="exit code 1"),)
    assert read.has_ended
