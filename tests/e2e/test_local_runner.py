"""The local runner when things go wrong: retries, time limits, killed processes, and going on afterwards."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from pushed_root import copy_root
from workplace import ROOT, Workplace, wait_until

from serving.bundle import verify

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

KERAS = ("--framework", "keras")
EPOCHS = 60
LONG = ("--set", f"train.epochs={EPOCHS}", "--set", "train.checkpoint_interval_seconds=0")
"""A training that writes a checkpoint after each step, which takes it longer than a test takes to see the first."""
PUSHES = ("--set", "evaluation.min_accuracy=0.2", "--model-name", "resumed")
UNTIL_TRAINED = ("--until", "Trainer_keras", "--set", "local.retry_wait_seconds=0.1")


def model(workplace: Workplace, name: str) -> tuple[str, str]:
    shutil.copy(ROOT / "tests" / "e2e" / name, workplace.root / name)
    return "--model", f"{workplace.root / name}:build_model"


def checkpoints(workplace: Workplace) -> list[Path]:
    return list((workplace.root / "checkpoints").glob("*/checkpoint-*"))


def resumptions(workplace: Workplace) -> int:
    """Return how often the newest training went on from a checkpoint, after checking that each epoch is there once."""
    histories = workplace.root.glob("artifacts/Trainer_keras/model_run/*/history.json")
    history = json.loads(max(histories, key=lambda path: path.stat().st_mtime_ns).read_text())
    assert [epoch["epoch"] for epoch in history["epochs"]] == list(range(1, EPOCHS + 1))
    return int(history["resumed"])


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def killed_twice(pushed_root: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A run whose training was killed, tried again, and then killed together with the run."""
    place = copy_root(pushed_root, tmp_path_factory.mktemp("killed") / "root")
    run = place.start(*KERAS, *LONG, *PUSHES, "--set", "local.retry_wait_seconds=0.1")
    wait_until(lambda: checkpoints(place), timeout_seconds=300)
    for pid in place.processes():
        kill(pid)
    first = checkpoints(place)
    wait_until(lambda: set(checkpoints(place)) - set(first), timeout_seconds=300)
    kill(run.pid)
    run.wait()
    wait_until(lambda: not place.processes(), timeout_seconds=60)
    return place


@pytest.fixture(scope="module")
def resumed(killed_twice: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """The same, resumed to its end."""
    place = copy_root(killed_twice, tmp_path_factory.mktemp("resumed") / "root")
    done = place.run("--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "resumes" in done.stdout
    return place


def test_a_killed_step_is_tried_again_and_goes_on_from_its_checkpoint(killed_twice: Workplace) -> None:
    assert "was killed by SIGKILL" in killed_twice.output()
    assert "resumed at epoch" in killed_twice.log()


def test_a_killed_run_is_resumed_from_the_middle_of_its_training(killed_twice: Workplace, resumed: Workplace) -> None:
    assert not (killed_twice.root / "models" / "resumed").exists()
    assert resumed.statuses()["Transform"] == "cached"
    assert resumed.statuses()["Trainer_keras"] == "executed"
    assert resumptions(resumed) == 2
    assert verify(Path(resumed.summary()["pushed"]["path"]))


def test_what_a_killed_run_had_pushed_is_told_by_the_one_that_resumes_it(resumed: Workplace, tmp_path: Path) -> None:
    place = copy_root(resumed, tmp_path / "copied")
    told = place.summary()
    assert told["status"] == "pushed"
    # As if it had been killed after its last step.
    (place.root / "reports" / told["run_id"] / "summary.json").unlink()

    assert place.run("--resume").returncode == 0

    assert (place.summary()["status"], place.summary()["pushed"]) == ("pushed", told["pushed"])
    assert place.run("--resume").returncode == 0
    assert place.summary()["status"] == "unchanged"


@pytest.mark.nightly
def test_a_transient_failure_is_tried_again_and_recorded(copied_root: Workplace) -> None:
    flaky = model(copied_root, "flaky_model.py")
    done = copied_root.run(*KERAS, *flaky, *UNTIL_TRAINED, "--set", "train.epochs=1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "attempt 1 failed, the next one in 0.1 s: OSError: [Errno 5] the disk did not answer" in done.stdout
    assert copied_root.step("Trainer_keras")["attempts"] == 2
    assert copied_root.step("Transform")["status"] == "cached"


@pytest.mark.nightly
def test_a_step_over_its_time_is_ended_and_named(copied_root: Workplace) -> None:
    sleeping = model(copied_root, "sleeping_model.py")
    done = copied_root.run(*KERAS, *sleeping, "--set", "local.steps.Trainer_keras.timeout_seconds=4")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Trainer_keras" in done.stdout
    assert "ended after 4 s, its time limit" in copied_root.step("Trainer_keras")["outcome"]
    assert copied_root.statuses()["Parity_keras"] == "skipped"
    assert copied_root.processes() == []


@pytest.mark.nightly
def test_a_step_that_was_killed_ends_well_and_its_attempts_are_recorded(copied_root: Workplace) -> None:
    run = copied_root.start(*KERAS, *LONG, *UNTIL_TRAINED)
    wait_until(lambda: checkpoints(copied_root), timeout_seconds=300)
    for pid in copied_root.processes():
        kill(pid)
    run.wait(600)

    assert run.returncode == 0, copied_root.output()
    assert "was killed by SIGKILL" in copied_root.output()
    assert copied_root.step("Trainer_keras")["attempts"] == 2
    assert resumptions(copied_root) == 1


@pytest.mark.nightly
def test_ctrl_c_ends_everything_and_says_how_to_go_on(copied_root: Workplace) -> None:
    run = copied_root.start(*KERAS, *LONG)
    wait_until(lambda: "Trainer" in copied_root.log() and copied_root.processes(), timeout_seconds=120)
    run.send_signal(signal.SIGINT)
    run.wait(60)

    assert run.returncode == 130
    assert "--resume goes on from the finished steps" in copied_root.output()
    assert copied_root.processes() == []
