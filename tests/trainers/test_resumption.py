"""Trainings in processes of their own that are killed in the middle, and that must end as if they had not been."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from trainers.framework import Framework
from trainers.history import TrainingHistory

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = Path(__file__).with_name("killed_training.py")
_KILLED = -9
_DISTORTED = {
    "policy": "seed",
    "mixup_probability": 0.2,
    "cutmix_probability": 0.2,
    "random_erasing_probability": 0.2,
}
_PATIENT = {"epochs": 40, "early_stopping_patience_epochs": 3, "augmentation": _DISTORTED}
_SWITCHES = {
    "label_smoothing": 0.1,
    "sampling": "balanced",
    "clip_global_norm": 0.5,
    "clip_value": 0.2,
    "micro_batches": 3,
    "ema_decay": 0.9,
    "precision": "bfloat16",
    "channels_last": "always",
}
_SETTINGS: dict[str, dict[str, object]] = {
    "plain": _PATIENT,
    "switches": {
        **_PATIENT,
        "learning_rate_schedule": "one_cycle",
        "optimization": _SWITCHES,
    },
    "compiled": {"epochs": 4, "optimization": {**_SWITCHES, "compile": True}},
    "plateau": {
        "epochs": 6,
        "learning_rate_schedule": "reduce_on_plateau",
        "optimization": {"plateau_patience_epochs": 1, "plateau_factor": 0.5, "plateau_min_delta": 10.0},
    },
}
_TIMES = {"seconds", "images_per_second", "input_wait_fraction"}


def _run(
    framework: Framework, settings: str, trainings: dict[Path, Path | None], *, dies_after: int = 0
) -> tuple[int, str]:
    """Do trainings, each in its folder and with a folder of checkpoints; return the exit code and the log."""
    folders = {str(work_dir): checkpoints and str(checkpoints) for work_dir, checkpoints in trainings.items()}
    arguments = [framework, str(dies_after), json.dumps(_SETTINGS[settings]), json.dumps(folders)]
    command = [sys.executable, str(_PROGRAM), *arguments]
    # What one attempt has compiled the next one need not.
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "tests")]),
        "TORCHINDUCTOR_CACHE_DIR": str(next(iter(trainings)).parent / "compiled"),
    }
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)
    return done.returncode, done.stderr


def _result(work_dir: Path) -> tuple[list[npt.NDArray[np.float32]], TrainingHistory]:
    with np.load(work_dir / "weights.npz") as weights:
        return [weights[name] for name in weights.files], TrainingHistory.read(work_dir / "history.json")


def _cut_newest(checkpoints: Path) -> None:
    """Halve the largest file of the newest checkpoint, as a disk that was full would have."""
    state = max(checkpoints.iterdir()) / "learner_state"
    os.truncate(state, state.stat().st_size // 2)


@pytest.mark.parametrize(
    ("settings", "deaths"),
    [
        pytest.param("switches", (8,), marks=pytest.mark.slow),
        *(pytest.param(name, (8, 6), marks=pytest.mark.nightly) for name in _SETTINGS),
    ],
)
@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_a_killed_training_ends_with_the_weights_of_one_that_was_not(
    framework: Framework, settings: str, deaths: tuple[int, ...], tmp_path: Path
) -> None:
    checkpoints = tmp_path / "checkpoints"
    logs = []
    for attempt, batches in enumerate(deaths):
        code, log = _run(framework, settings, {tmp_path / f"attempt-{attempt}": checkpoints}, dies_after=batches)
        assert code == _KILLED, log
        logs.append(log)
        if attempt == 0:
            _cut_newest(checkpoints)
    # The second one here knows nothing of the first, but spares a process.
    code, log = _run(framework, settings, {tmp_path / "resumed": checkpoints, tmp_path / "whole": None})
    assert code == 0, log
    logs.append(log)
    assert ["is damaged and not used" in log for log in logs] == [attempt == 1 for attempt in range(len(logs))]

    whole_weights, whole = _result(tmp_path / "whole")
    # Otherwise the weights were final, or early stopping without a memory right, before the process died.
    assert len(whole.epochs) > 3
    if "early_stopping_patience_epochs" in _SETTINGS[settings]:
        assert whole.best_epoch > 3
        assert whole.stopped_early
    if settings == "plateau":
        assert len({record.learning_rate for record in whole.epochs[2:]}) > 1
    weights, history = _result(tmp_path / "resumed")
    for expected, found in zip(whole_weights, weights, strict=True):
        np.testing.assert_array_equal(expected, found)
    figures = [[epoch.model_dump(exclude=_TIMES) for epoch in run.epochs] for run in (whole, history)]
    assert figures[0] == figures[1]
    assert (history.best_epoch, history.stopped_early) == (whole.best_epoch, whole.stopped_early)
    assert (whole.resumed, history.resumed) == (0, len(deaths))
