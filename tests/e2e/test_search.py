"""A search before the training, for both frameworks, that is killed in the middle and resumed."""

import json
import os
import signal
from pathlib import Path

import pytest
from workplace import Workplace, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

TRIALS = 6
SEARCH = (
    f"--tune={TRIALS}",
    "--set=tune.epochs=4",
    "--set=train.epochs=2",
    "--set=train.checkpoint_interval_seconds=0",
    "--set=train.learning_rate_schedule=constant",
    "--set=train.warmup_fraction=0",
    "--set=tune.space={learning_rate: {low: 0.001, high: 0.03, log: true}, batch_size_examples: [16, 32]}",
)


def trained_learning_rate(workplace: Workplace, framework: str) -> float:
    """Return the learning rate of a training's last step, from its own record."""
    (history,) = workplace.root.glob(f"artifacts/Trainer_{framework}/model_run/*/history.json")
    return float(json.loads(history.read_text())["epochs"][-1]["learning_rate"])


def test_six_trials_in_both_frameworks_killed_and_resumed_and_the_best_is_used(tmp_path: Path, scans: Path) -> None:
    place = Workplace(tmp_path / "root", scans)
    run = place.start(*SEARCH)
    wait_until(lambda: list(place.root.glob("checkpoints/*/trial-2/checkpoints/checkpoint-*")), timeout_seconds=600)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    wait_until(lambda: not place.processes(), timeout_seconds=60)
    done = place.run("--resume")

    assert done.returncode == 0, done.stdout + done.stderr
    summary = place.summary()
    assert set(summary["searches"]) == {"keras", "pytorch"}
    for framework, search in summary["searches"].items():
        assert [trial["number"] for trial in search["trials"]] == list(range(1, TRIALS + 1))
        best = next(trial for trial in search["trials"] if trial["number"] == search["best"])
        assert f"{framework} was tuned: {TRIALS} trials" in done.stdout
        assert trained_learning_rate(place, framework) == best["values"]["learning_rate"]
    assert not list((place.root / "checkpoints").iterdir())

    again = place.run(*SEARCH)
    assert again.returncode == 0
    assert place.summary()["status"] == "unchanged"
