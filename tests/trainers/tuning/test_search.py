"""Real searches with real trainings, in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from trainers.config import TrainConfig
from trainers.framework import Framework
from trainers.job_process import JobProcessError
from trainers.training_request import TrainingRequest
from trainers.tuning.config import TuneConfig
from trainers.tuning.record import SearchRecord
from trainers.tuning.request import TuningRequest
from trainers.tuning.search import run_search

ROOT = Path(__file__).resolve().parents[3]
SPACE = {
    "learning_rate": {"low": 1e-3, "high": 1e-1, "log": True},
    "batch_size_examples": [4, 8],
    "augmentation.policy": ["none", "seed"],
}


def _request(like: TrainingRequest, framework: Framework, folder: Path, **tune: Any) -> TuningRequest:
    return TuningRequest(
        framework=framework,
        train=TrainConfig(checkpoint_interval_seconds=0, early_stopping_patience_epochs=2),
        tune=TuneConfig.model_validate({"space": SPACE, "trials": 6, "epochs": 12, **tune}),
        train_files=like.train_files,
        eval_files=like.eval_files,
        transform_graph_dir=like.transform_graph_dir,
        study_dir=folder,
    )


def _outcome(record: SearchRecord) -> list[tuple[Any, ...]]:
    """Return all of a search but the times."""
    return [(trial.values, trial.outcome, trial.objective, trial.loss, trial.best_epoch) for trial in record.trials]


@pytest.mark.parametrize(
    ("framework", "trials"),
    [
        pytest.param("pytorch", 3, marks=pytest.mark.slow),
        pytest.param("pytorch", 6, marks=pytest.mark.nightly),
        pytest.param("keras", 6, marks=pytest.mark.nightly),
    ],
)
def test_a_killed_search_goes_on_and_finds_what_one_that_was_not_killed_finds(
    torch_request: TrainingRequest, tmp_path: Path, framework: Framework, trials: int
) -> None:
    whole = run_search(_request(torch_request, framework, tmp_path / "whole", trials=trials))
    assert len(whole.trials) == trials
    assert whole.best_trial.outcome == "complete"

    request = _request(torch_request, framework, tmp_path / "killed", trials=trials)
    command = [sys.executable, str(Path(__file__).with_name("searching.py")), request.model_dump_json()]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True)
    # A checkpoint appears in silence, and only while the search runs.
    while not list(request.study_dir.glob("trial-1/checkpoints/checkpoint-*")):
        assert process.poll() is None
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    assert _outcome(run_search(request)) == _outcome(whole)
    assert not list(request.study_dir.glob("trial-*"))


@pytest.mark.slow
def test_two_trials_at_a_time_are_as_many_in_all(torch_request: TrainingRequest, tmp_path: Path) -> None:
    record = run_search(_request(torch_request, "pytorch", tmp_path, parallel_trials=2, trials=3, epochs=2))
    assert [trial.number for trial in record.trials] == [1, 2, 3]


_EXPLODING_MODEL = """
import keras

def build_model(*, num_classes, image_shape):
    logits = keras.layers.Dense(num_classes, kernel_initializer="zeros")
    explode = keras.layers.Lambda(keras.ops.sinh)
    return keras.Sequential([keras.Input(image_shape), keras.layers.Flatten(), logits, explode])
"""


@pytest.mark.slow
def test_trials_that_diverge_are_failed_ones_and_the_search_goes_on(
    torch_request: TrainingRequest, tmp_path: Path
) -> None:
    (tmp_path / "exploding.py").write_text(_EXPLODING_MODEL)
    space = {"learning_rate": [1e-6, 10.0], "batch_size_examples": [4, 8]}
    request = _request(torch_request, "keras", tmp_path / "search", sampler="random", epochs=1, space=space)
    train = request.train.model_copy(update={"model": f"{tmp_path / 'exploding.py'}:build_model"})
    record = run_search(request.model_copy(update={"train": train}))
    failed = [trial for trial in record.trials if trial.outcome == "failed"]
    assert {trial.values["learning_rate"] for trial in failed} == {10.0}
    assert all("loss" in trial.error for trial in failed)
    assert record.best_trial.values["learning_rate"] == 1e-6


@pytest.mark.slow
def test_a_search_that_no_trial_can_survive_ends_with_the_trials_own_sentence(
    torch_request: TrainingRequest, tmp_path: Path
) -> None:
    request = _request(torch_request, "pytorch", tmp_path)
    broken = request.model_copy(update={"train_files": ("/absent/*.gz",)})
    with pytest.raises(JobProcessError, match="no examples match /absent"):
        run_search(broken)
