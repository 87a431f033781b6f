from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from trainers.config import TrainConfig
from trainers.framework import Framework
from trainers.ways import check
from trainers.ways.check import check_keras_backend, check_way


def _train(**settings: Any) -> TrainConfig:
    return TrainConfig.model_validate({"model": "mine.py:build", **settings})


def test_the_loop_trains_both_frameworks() -> None:
    assert check_way(TrainConfig(), "keras") == check_way(TrainConfig(), "pytorch") == []


def test_a_way_of_the_other_framework_is_refused() -> None:
    assert "trains keras models only" in check_way(_train(way="keras_fit"), "pytorch")[0]
    assert "trains pytorch models only" in check_way(_train(way="fastai"), "keras")[0]
    assert check_way(_train(way="keras_fit"), "keras") == []


def test_an_unknown_way_gets_a_hint() -> None:
    with pytest.raises(ValidationError, match=r"'lightening' is no way of training; .* Did you mean 'lightning'\?"):
        _train(way="lightening")


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(check.EXTRA_OF_WAY, "fastai", "no_such_package")
    (problem,) = check_way(_train(way="fastai"), "pytorch")
    assert "pip install 'tandem-tfx[no_such_package]'" in problem


@pytest.mark.parametrize("way", ["lightning", "fastai"])
def test_a_built_in_model_is_nothing_for_these_libraries(way: str) -> None:
    pytest.importorskip(way)
    (problem,) = check_way(_train(way=way, model="cnn"), "pytorch")
    assert "not model 'cnn'" in problem


def test_arguments_of_lightnings_trainer_are_checked_by_name() -> None:
    pytest.importorskip("lightning")
    arguments = {"gradient_clip_val": 1.0, "max_epochs": 3, "gradient_clip_value": 1.0}
    taken, unknown = check_way(_train(way="lightning", lightning={"trainer": arguments}), "pytorch")
    assert taken == "train.lightning.trainer.max_epochs follows from other settings; leave it out."
    assert "gradient_clip_value: lightning.Trainer has no such argument. Did you mean 'gradient_clip_val'" in unknown


def test_another_backend_of_keras_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert check_keras_backend({}, tmp_path) == []
    assert check_keras_backend({"KERAS_BACKEND": "tensorflow"}, tmp_path) == []
    (problem,) = check_keras_backend({"KERAS_BACKEND": "jax"}, tmp_path)
    assert "the backend 'jax'" in problem
    assert "unset KERAS_BACKEND" in problem
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text('{"backend": "torch"}')
    assert "the backend 'torch'" in check_keras_backend({}, tmp_path)[0]
    assert check_keras_backend({"KERAS_BACKEND": "tensorflow"}, tmp_path) == []


def test_what_only_the_loop_follows_is_refused_elsewhere() -> None:
    (problem,) = check_way(_train(way="keras_fit", augmentation={"policy": "flip_crop"}), "keras")
    assert problem.startswith("train.augmentation is followed by the built-in loop only; leave it out with train.way")
    assert check_way(_train(augmentation={"policy": "flip_crop"}), "keras") == []


@pytest.mark.parametrize(
    ("way", "framework"), [("keras_fit", "keras"), ("lightning", "pytorch"), ("fastai", "pytorch")]
)
def test_devices_are_the_loops(way: str, framework: Framework) -> None:
    problems = check_way(_train(way=way, devices={"replicas": 2}), framework)
    assert any(problem.startswith("train.devices is followed by the built-in loop only") for problem in problems)
