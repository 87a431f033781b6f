"""The local runner when things go wrong: retries, time limits, killed processes, and going on afterwards."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from workplace import ROOT, Workplace, wait_until

from serving.bundle import verify

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

KERAS = ("--framework", "keras")
LONG = ("--set", "train.epochs=150", "--set", "train.checkpoint_interval_seconds=1")


@pytest.fixture(scope="module")
def data_root(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> Path:
    """A root in which the data steps have finished."""
    place = Workplace(tmp_path_factory.mktemp("data-steps"), scans)
    done = place.run(*KERAS, "--until", "Transform")
    assert done.returncode == 0, done.stdout + done.stderr
    assert place.summary()["status"] == "partial"
    assert place.statuses()["Trainer_keras"] == "left out"
    return place.root


@pytest.fixture
def workplace(data_root: Path, scans: Path) -> Workplace:
    return Workplace(data_root, scans)


def model(workplace: Workplace, name: str) -> tuple[str, str]:
    shutil.copy(ROOT / "tests" / "e2e" / name, workplace.root / name)
    return "--model", f"{workplace.root / name}:build_model"


def checkpoints(workplace: Workplace) -> list[Path]:
    return list((workplace.root / "checkpoints").glob("*/checkpoint-*"))


def resumptions(workplace: Workplace) -> int:
    """Return how often the newest training went on from a checkpoint, after checking that each epoch is there once."""
    histories = workplace.root.glob("artifacts/Trainer_keras/model_run/*/history.json")
    history = json.loads(max(histories, key=lambda path: path.stat().st_mtime_ns).read_text())
    assert [epoch["epoch"] for epoch in history["epochs"]] == list(range(1, 151))
    return int(history["resumed"])


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_a_transient_failure_is_tried_again_and_recorded(workplace: Workplace) -> None:
    flaky = model(workplace, "flaky_model.py")
    done = workplace.run(*KERAS, *flaky, "--until", "Trainer_keras", "--set", "local.retry_wait_seconds=0.1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "attempt 1 failed, the next one in 0.1 s: OSError: [Errno 5] the disk did not answer" in done.stdout
    assert workplace.step("Trainer_keras")["attempts"] == 2
    assert workplace.step("Transform")["status"] == "cached"


def test_a_step_over_its_time_is_ended_and_named(workplace: Workplace) -> None:
    sleeping = model(workplace, "sleeping_model.py")
    done = workplace.run(*KERAS, *sleeping, "--set", "local.steps.Trainer_keras.timeout_seconds=4")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Trainer_keras" in done.stdout
    assert "ended after 4 s, its time limit" in workplace.step("Trainer_keras")["outcome"]
    assert workplace.statuses()["Parity_keras"] == "skipped"
    assert workplace.processes() == []


def test_a_killed_step_is_tried_again_and_goes_on_from_its_checkpoint(workplace: Workplace) -> None:
    run = workplace.start(*KERAS, *LONG, "--until", "Trainer_keras", "--set", "local.retry_wait_seconds=0.1")
    wait_until(lambda: checkpoints(workplace), timeout_seconds=300)
    for pid in workplace.processes():
        kill(pid)
    run.wait(600)

    assert run.returncode == 0, workplace.output()
    assert "was killed by SIGKILL" in workplace.output()
    assert workplace.step("Trainer_keras")["attempts"] == 2
    assert resumptions(workplace) == 1


def test_a_killed_run_is_resumed_from_the_middle_of_its_training(workplace: Workplace) -> None:
    run = workplace.start(*KERAS, *LONG, "--set", "train.seed=1")
    wait_until(lambda: checkpoints(workplace), timeout_seconds=300)
    kill(run.pid)
    run.wait()
    wait_until(lambda: not workplace.processes(), timeout_seconds=60)
    assert not (workplace.root / "models").exists()

    done = workplace.run("--resume")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "resumes" in done.stdout
    assert workplace.statuses()["Transform"] == "cached"
    assert workplace.statuses()["Trainer_keras"] == "executed"
    assert resumptions(workplace) == 1
    assert verify(Path(workplace.summary()["pushed"]["path"]))


def test_what_a_killed_run_had_pushed_is_told_by_the_one_that_resumes_it(workplace: Workplace) -> None:
    # Two epochs make a push, whatever an earlier test has pushed with more of them.
    settings = ("train.epochs=2", "train.seed=5", "evaluation.max_accuracy_drop=1", "evaluation.min_accuracy=0.2")
    done = workplace.run(*KERAS, *(word for setting in settings for word in ("--set", setting)))
    assert done.returncode == 0, done.stdout + done.stderr
    told = workplace.summary()
    assert told["status"] == "pushed"
    # As if it had been killed after its last step.
    (workplace.root / "reports" / told["run_id"] / "summary.json").unlink()

    assert workplace.run("--resume").returncode == 0

    assert (workplace.summary()["status"], workplace.summary()["pushed"]) == ("pushed", told["pushed"])
    assert workplace.run("--resume").returncode == 0
    assert workplace.summary()["status"] == "unchanged"


def test_ctrl_c_ends_everything_and_says_how_to_go_on(workplace: Workplace) -> None:
    run = workplace.start(*KERAS, *LONG, "--set", "train.seed=2")
    wait_until(lambda: "Trainer" in workplace.log() and workplace.processes(), timeout_seconds=120)
    run.send_signal(signal.SIGINT)
    run.wait(60)

    assert run.returncode == 130
    assert "--resume goes on from the finished steps" in workplace.output()
    assert workplace.processes() == []
