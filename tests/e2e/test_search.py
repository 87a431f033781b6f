"""A search before the training that is killed in the middle and resumed."""

import json
import os
import signal

import pytest
from workplace import Workplace, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

SEARCH = (
    "--model-name=tuned",
    "--set=tune.epochs=4",
    "--set=train.epochs=2",
    "--set=train.checkpoint_interval_seconds=0",
    "--set=train.learning_rate_schedule=constant",
    "--set=train.warmup_fraction=0",
    "--set=tune.space={learning_rate: {low: 0.001, high: 0.03, log: true}, batch_size_examples: [16, 32]}",
    "--set=evaluation.min_accuracy=0.2",
)


def trained_learning_rate(workplace: Workplace, framework: str) -> float:
    """Return the learning rate of a training's last step, from its own record."""
    histories = workplace.root.glob(f"artifacts/Trainer_{framework}/model_run/*/history.json")
    history = max(histories, key=lambda path: int(path.parent.name))
    return float(json.loads(history.read_text())["epochs"][-1]["learning_rate"])


@pytest.mark.parametrize(
    ("frameworks", "trials"),
    [
        pytest.param(("pytorch",), 3, id="one framework"),
        pytest.param(("keras", "pytorch"), 6, id="both frameworks", marks=pytest.mark.nightly),
    ],
)
def test_a_search_is_killed_and_resumed_and_the_best_trial_is_used(
    copied_root: Workplace, frameworks: tuple[str, ...], trials: int
) -> None:
    place = copied_root
    search = (f"--tune={trials}", "--framework", frameworks[0] if len(frameworks) == 1 else "both", *SEARCH)
    run = place.start(*search)
    wait_until(lambda: list(place.root.glob("checkpoints/*/trial-2/checkpoints/checkpoint-*")), timeout_seconds=600)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    wait_until(lambda: not place.processes(), timeout_seconds=60)
    done = place.run("--resume")

    assert done.returncode == 0, done.stdout + done.stderr
    summary = place.summary()
    assert set(summary["searches"]) == set(frameworks)
    for framework, found in summary["searches"].items():
        assert [trial["number"] for trial in found["trials"]] == list(range(1, trials + 1))
        best = next(trial for trial in found["trials"] if trial["number"] == found["best"])
        assert f"{framework} was tuned: {trials} trials" in done.stdout
        assert trained_learning_rate(place, framework) == best["values"]["learning_rate"]
    assert not list((place.root / "checkpoints").iterdir())

    again = place.run(*search)
    assert again.returncode == 0
    assert place.summary()["status"] == "unchanged"
