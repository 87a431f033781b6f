"""The search as TFX's Tuner sees it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras_tuner
import pytest

from trainers.config import TrainConfig
from trainers.run_fn import decode_request as decode_training
from trainers.tuning import tuner_fn as module
from trainers.tuning.record import SearchRecord, TrialRecord, read_search

pytestmark = pytest.mark.slow
SPACE = {
    "learning_rate": {"low": 1e-4, "high": 1.0, "log": True},
    "batch_size_examples": {"low": 8, "high": 64},
    "augmentation.policy": ["none", "seed"],
}


def _fn_args(folder: Path, **custom_config: Any) -> SimpleNamespace:
    custom = {"framework": "keras", "train": {"epochs": 2}, "tune": {"space": SPACE}, **custom_config}
    return SimpleNamespace(
        custom_config=custom,
        train_files=["train-*"],
        eval_files=["eval-*"],
        transform_graph_path="graph",
        working_dir=str(folder / "work"),
    )


def _trial(number: int, accuracy: float, learning_rate: float) -> TrialRecord:
    values = {"learning_rate": learning_rate, "batch_size_examples": 16, "augmentation.policy": "seed"}
    return TrialRecord(
        number=number, outcome="complete", values=values, objective=accuracy, loss=0.1, best_epoch=1, seconds=1.0
    )


def test_the_study_lies_where_it_outlives_an_attempt(tmp_path: Path) -> None:
    assert module.decode_request(_fn_args(tmp_path)).study_dir == tmp_path / "work" / "study"
    kept = module.decode_request(_fn_args(tmp_path, study_dir=str(tmp_path / "kept")))
    assert (kept.study_dir, kept.train) == (tmp_path / "kept", TrainConfig(epochs=2))


def test_tfx_writes_what_keras_tuner_the_trainer_and_the_report_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # TFX takes long to load, and nothing else here needs it.
    from tfx.components.tuner import executor
    from tfx.types.standard_artifacts import HyperParameters, TunerResults

    found = SearchRecord(objective="accuracy", best=2, trials=(_trial(1, 0.7, 0.5), _trial(2, 0.9, 0.01)))
    monkeypatch.setattr(module, "run_search", lambda request: found)
    tuner, fit_kwargs = module.tuner_fn(_fn_args(tmp_path))
    tuner.search(**fit_kwargs)
    artifacts = {"best_hyperparameters": HyperParameters(), "tuner_results": TunerResults()}
    for name, artifact in artifacts.items():
        artifact.uri = str(tmp_path / name)
    executor.write_best_hyperparameters(tuner, {name: [artifact] for name, artifact in artifacts.items()})

    written = json.loads((tmp_path / "best_hyperparameters" / "best_hyperparameters.txt").read_text())
    best = keras_tuner.HyperParameters.from_config(written)
    assert best.get("learning_rate") == 0.01
    assert best.get("batch_size_examples") == 16
    assert read_search(tmp_path / "best_hyperparameters") == found
    results = json.loads((tmp_path / "tuner_results" / "tuner_results.json").read_text())
    assert [(trial["trial_id"], trial["score"]) for trial in results] == [("2", 0.9), ("1", 0.7)]

    fn_args = SimpleNamespace(
        custom_config={"framework": "keras", "train": {"epochs": 2}, "parity_images": 64},
        train_files=[],
        eval_files=[],
        transform_output="graph",
        hyperparameters=written,
        serving_model_dir="serving",
        model_run_dir="run",
    )
    train = decode_training(fn_args).train
    assert (train.epochs, train.learning_rate, train.batch_size_examples) == (2, 0.01, 16)
    assert train.augmentation.policy == "seed"
