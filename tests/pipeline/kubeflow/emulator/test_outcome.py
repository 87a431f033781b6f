from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ExitCode
from pipeline.events import StepFinished
from pipeline.kubeflow.emulator.outcome import read_run_outcome
from pipeline.kubeflow.emulator.package_graph import PackageGraph
from pipeline.kubeflow.emulator.run import EmulatedRun


def run_with(pushed: dict[str, Any]) -> EmulatedRun:
    spec = {"root": {"dag": {"tasks": {"Pusher": {}}}}}
    run = EmulatedRun(graph=PackageGraph(spec=spec, platform={}), folder=Path("root"), given={})
    run.store.record("Pusher", "pushed_model", uri="s3://b/x", metadata=pushed)
    return run


def failed(step: str) -> StepFinished:
    return StepFinished(step, "failed", 1.0, "why")


def test_a_pushed_model_is_told_with_its_place() -> None:
    pushed = {"pushed": 1, "pushed_version": "3", "pushed_destination": "/models/digits/3"}

    outcome = read_run_outcome(run_with(pushed), None)

    assert outcome.exit_code == ExitCode.PUSHED_OR_UNCHANGED
    assert outcome.text == "Pushed version 3 to /models/digits/3"


def test_a_green_run_that_pushed_nothing_is_not_blessed() -> None:
    assert read_run_outcome(run_with({"pushed": 0}), None).exit_code == ExitCode.NOT_BLESSED


@pytest.mark.parametrize(("step", "code"), [("Verdict", ExitCode.NOT_BLESSED), ("Transform", ExitCode.FAILED)])
def test_a_failed_step_decides(step: str, code: ExitCode) -> None:
    outcome = read_run_outcome(run_with({"pushed": 0}), failed(step))

    assert outcome.exit_code == code
    assert "why" in outcome.text
