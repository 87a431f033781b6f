"""The local runner when things go wrong, with a worker that speaks the protocol and loads nothing."""

import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.events import Event, Listener, StepRetrying, StepStarted
from pipeline.lineage import Lineage
from pipeline.plan import Plan
from pipeline.runners.base import RunFolders, RunRequest, RunResult
from pipeline.runners.limits import LocalConfig
from pipeline.runners.local import LocalRunner
from pipeline.step import Node, Step
from pipeline.step_key import key_parts

STEPS = (
    Step(id="make", node=Node(component="json:loads")),
    Step(id="take", node=Node(component="json:loads", waits_for=("make",))),
)
WORKER = """\
#!{python} -S
import json, os, pathlib, signal, sys, time
events = os.fdopen(int(sys.argv[3]), "w")
def tell(**event):
    print(json.dumps(event), file=events, flush=True)
folder = pathlib.Path({folder!r})
(folder / str(os.getpid())).touch()
sys.stdin.readline()
tell(event="ready")
for line in sys.stdin:
    attempts = folder / json.loads(line)["step"]
    now, *later = attempts.read_text().splitlines()
    attempts.write_text("\\n".join(later))
    exec(now)
"""
"""It does at each attempt at a step what the next line of the step's file says."""
DIES = "os.kill(os.getpid(), signal.SIGKILL)"
HANGS = "time.sleep(600)"

RunSteps = Callable[..., RunResult]


def fails(*, is_transient: bool) -> str:
    return f"tell(event='failed', outcome='it broke', is_transient={is_transient})"


@pytest.fixture
def run_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lineage: Lineage, record_step: Callable[..., int]
) -> RunSteps:
    """Run two steps, the first of which has the given attempts; the last attempt at each step ends well."""
    worker = tmp_path / "worker"
    worker.write_text(WORKER.format(python=sys.executable, folder=str(tmp_path / "worker-files")))
    worker.chmod(worker.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(worker))
    (tmp_path / "worker-files").mkdir()

    def run(*attempts: str, listener: Listener = lambda event: None, **limits: object) -> RunResult:
        for step in STEPS:
            ends_well = f"tell(event='done', execution_id={record_step(step.id)}, outcome='it is done')"
            lines = (*(attempts if step.id == "make" else ()), ends_well)
            (tmp_path / "worker-files" / step.id).write_text("\n".join(lines))
        local = LocalConfig.model_validate({"jobs": 1, "retry_wait_seconds": 0, **limits})
        request = RunRequest(
            run_id="r1",
            config=PipelineConfig(root=tmp_path, local=local),
            data=Dataset(path="digits", labels=("0", "1"), images=2, fingerprint=""),
            plan=Plan(steps=STEPS, parts=key_parts(STEPS), finished={}),
            folders=RunFolders(tmp_path),
        )
        return LocalRunner().run(request, listener)

    return run


def statuses(result: RunResult) -> dict[str, tuple[str, int]]:
    return {step.step: (step.status, step.attempts) for step in result.steps}


def living_workers(tmp_path: Path) -> list[str]:
    files = (tmp_path / "worker-files").iterdir()
    return [file.name for file in files if file.name.isdecimal() and Path("/proc", file.name).exists()]


def test_a_step_whose_process_is_killed_is_tried_again_in_a_new_one(run_steps: RunSteps, tmp_path: Path) -> None:
    heard: list[Event] = []

    result = run_steps(DIES, listener=heard.append)

    assert statuses(result) == {"make": ("executed", 2), "take": ("executed", 1)}
    (retry,) = (event for event in heard if isinstance(event, StepRetrying))
    assert (retry.step, retry.attempt) == ("make", 1)
    assert "was killed by SIGKILL" in retry.why
    assert living_workers(tmp_path) == []


def test_a_transient_failure_is_tried_again_and_recorded(run_steps: RunSteps) -> None:
    result = run_steps(fails(is_transient=True))

    assert statuses(result) == {"make": ("executed", 2), "take": ("executed", 1)}


def test_another_failure_is_not_tried_again_and_what_depends_on_it_is_skipped(run_steps: RunSteps) -> None:
    result = run_steps(fails(is_transient=False))

    assert statuses(result) == {"make": ("failed", 1), "take": ("skipped", 0)}
    assert result.failure is not None
    assert result.failure.outcome == "it broke"


def test_a_step_over_its_time_is_ended_and_named(run_steps: RunSteps, tmp_path: Path) -> None:
    result = run_steps(HANGS, timeout_seconds=0.1)

    assert statuses(result) == {"make": ("failed", 1), "take": ("skipped", 0)}
    assert result.failure is not None
    assert "ended after 0.1 s, its time limit; raise local.steps.make.timeout_seconds" in result.failure.outcome
    assert living_workers(tmp_path) == []


def test_ctrl_c_ends_the_workers(run_steps: RunSteps, tmp_path: Path) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, StepStarted):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_steps(HANGS, listener=interrupt)

    assert living_workers(tmp_path) == []
