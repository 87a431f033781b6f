"""Weights and recipes mean the same on both sides, tried on real scans: half of the digits, then the other half."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from trainers.config import TrainConfig
from trainers.errors import ModelSourceError, WeightsError
from trainers.example_split import InMemorySplit, TrainingData
from trainers.framework import Framework
from trainers.history import TrainingHistory
from trainers.keras_trainer import start as keras_start
from trainers.keras_trainer import train as keras_train
from trainers.keras_trainer import weights as keras_weights
from trainers.keras_trainer.layers import named_variables
from trainers.keras_trainer.predict import predict_logits as keras_logits
from trainers.normalization import FIXED_NORMALIZATIONS
from trainers.progress import TrainingProgress
from trainers.torch_trainer import start as torch_start
from trainers.torch_trainer import train as torch_train
from trainers.torch_trainer import weights as torch_weights
from trainers.torch_trainer.predict import predict_logits as torch_logits
from trainers.weights.facts import WeightsFacts

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras"),
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]
_GIVEN = FIXED_NORMALIZATIONS["unit"]
_FRAMEWORKS: tuple[Framework, ...] = ("keras", "pytorch")
_SWITCHES = {"label_smoothing": 0.1, "clip_global_norm": 0.5, "micro_batches": 3, "ema_decay": 0.5}
_MARGIN = 0.15
"""Measured: 0.38 and 0.41 with Keras, 0.38 and 0.40 with PyTorch."""


def _scans(digits: list[int], *, train_per_class: int, eval_per_class: int = 30) -> TrainingData:
    """Scans of some digits at 16 px, pixels 0..1."""
    images_N88, labels_N = load_digits(return_X_y=False).images / 16, load_digits().target
    rows = [np.flatnonzero(labels_N == digit)[: train_per_class + eval_per_class] for digit in digits]

    def split(chosen: list[np.ndarray]) -> InMemorySplit:
        enlarged = images_N88[np.concatenate(chosen)].repeat(2, axis=1).repeat(2, axis=2)[..., None].repeat(3, axis=3)
        ids_N = np.repeat(np.arange(len(digits)), [len(each) for each in chosen])
        return InMemorySplit(enlarged.astype(np.float32), ids_N)

    return TrainingData(
        train=split([each[eval_per_class:] for each in rows]),
        eval=split([each[:eval_per_class] for each in rows]),
        class_names=tuple(map(str, digits)),
        image_shape=(16, 16, 3),
    )


def _start(framework: Framework, config: TrainConfig, data: TrainingData) -> Any:
    side = keras_start if framework == "keras" else torch_start
    return side.start_model(config, class_names=data.class_names, image_shape=data.image_shape, given=_GIVEN).model


def _train(framework: Framework, model: Any, config: TrainConfig, data: TrainingData, work: Path) -> TrainingHistory:
    side = keras_train if framework == "keras" else torch_train
    return side.train(model, data, config, work_dir=work)


def _save(framework: Framework, model: Any, data: TrainingData, path: Path) -> Path:
    facts = WeightsFacts(
        framework=framework,
        model="resnet",
        class_names=data.class_names,
        image_size_pixels=16,
        scale_C=_GIVEN.scale_C,
        offset_C=_GIVEN.offset_C,
    )
    (keras_weights if framework == "keras" else torch_weights).write_weights(path, model, facts)
    return path


def _logits(framework: Framework, model: Any, data: TrainingData) -> Any:
    of = keras_logits if framework == "keras" else torch_logits
    return lambda pixels: of(model, pixels, batch_size_examples=len(pixels))


def _values(framework: Framework, model: Any) -> dict[str, np.ndarray]:
    if framework == "keras":
        return {name: np.asarray(variable) for name, variable in named_variables(model).items()}
    return {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}


def _config(**settings: Any) -> TrainConfig:
    return TrainConfig.model_validate({"model": "cnn", "epochs": 2, "batch_size_examples": 16, **settings})


@pytest.mark.parametrize("framework", _FRAMEWORKS)
def test_weights_come_back_exactly_and_classes_by_name(framework: Framework, tmp_path: Path) -> None:
    data = _scans([0, 1, 2], train_per_class=10)
    config = _config()
    model = _start(framework, config, data)
    _train(framework, model, config, data, tmp_path / "work")
    path = _save(framework, model, data, tmp_path / "weights.safetensors")
    again = _start(framework, _config(weights=str(path)), data)
    pixels = data.eval.pixels_NHWC  # type: ignore[attr-defined]
    before = _logits(framework, model, data)(pixels)
    np.testing.assert_array_equal(_logits(framework, again, data)(pixels), before)
    turned = _start(framework, _config(weights=str(path)), _scans([2, 0, 1], train_per_class=10))
    np.testing.assert_allclose(_logits(framework, turned, data)(pixels), before[:, [2, 0, 1]], atol=1e-5)


@pytest.mark.parametrize("framework", _FRAMEWORKS)
@pytest.mark.parametrize("optimization", [{}, _SWITCHES], ids=["plain", "switches"])
@pytest.mark.parametrize("name", ["feature_extractor", "fine_tune"])
def test_nothing_frozen_changes_by_a_bit(
    framework: Framework, name: str, optimization: dict[str, float], tmp_path: Path
) -> None:
    data = _scans([0, 1, 2], train_per_class=11)  # 33 images: the last batch has one
    first = _start(framework, _config(), data)
    path = _save(framework, first, data, tmp_path / "weights.safetensors")
    stays = {"unfrozen_blocks": 1, "head_epochs": 1} if name == "fine_tune" else {}
    config = _config(weights=str(path), recipe={"name": name, **stays, "head": {}}, optimization=optimization)
    model = _start(framework, config, data)
    before = _values(framework, model)
    history = _train(framework, model, config, data, tmp_path / "work")
    changed = {key for key, value in _values(framework, model).items() if not np.array_equal(value, before[key])}
    assert {key.split("/")[0].split(".")[0].split("_")[0] for key in changed} <= {"logits", "conv4"}
    assert any("logits" in key for key in changed)
    assert any("conv4" in key for key in changed) == (name == "fine_tune" and history.best_epoch == 2)
    assert [part.plan.from_epoch for part in history.parts] == [None] * 3 + [2 if stays else None, 1]


@pytest.mark.parametrize("framework", _FRAMEWORKS)
@pytest.mark.parametrize("optimization", [{}, _SWITCHES], ids=["plain", "switches"])
def test_a_killed_fine_tuning_ends_with_the_weights_of_one_that_was_not(
    framework: Framework, optimization: dict[str, float], tmp_path: Path
) -> None:
    data = _scans([0, 1, 2], train_per_class=10)
    path = _save(framework, _start(framework, _config(), data), data, tmp_path / "weights.safetensors")
    recipe = {"name": "fine_tune", "block_learning_rate_decay": 0.5}
    config = _config(
        weights=str(path), epochs=3, recipe=recipe, optimization=optimization, checkpoint_interval_seconds=0
    )
    side = keras_train if framework == "keras" else torch_train
    whole = _start(framework, config, data)
    side.train(whole, data, config, work_dir=tmp_path / "whole")

    def die(progress: TrainingProgress) -> None:
        if progress.epoch == 3 and not progress.resumed:
            raise KeyboardInterrupt

    folders = {"work_dir": tmp_path / "killed", "checkpoint_dir": tmp_path / "checkpoints"}
    with pytest.raises(KeyboardInterrupt):
        side.train(_start(framework, config, data), data, config, **folders, report=die)
    again = _start(framework, config, data)
    assert side.train(again, data, config, **folders).resumed == 1
    values = _values(framework, again)
    assert all(np.array_equal(value, values[name]) for name, value in _values(framework, whole).items())


@pytest.mark.parametrize("framework", _FRAMEWORKS)
def test_a_head_of_other_classes_is_replaced_and_another_model_refused(framework: Framework, tmp_path: Path) -> None:
    data, fewer = _scans([0, 1, 2], train_per_class=2), _scans([0, 1], train_per_class=2)
    path = _save(framework, _start(framework, _config(), data), data, tmp_path / "weights.safetensors")
    replaced = _start(framework, _config(weights=str(path)), fewer)
    assert _logits(framework, replaced, fewer)(fewer.eval.pixels_NHWC).shape[1] == 2  # type: ignore[attr-defined]
    with pytest.raises(WeightsError, match="are of another architecture: "):
        _start(framework, _config(model="resnet", weights=str(path)), data)


def test_each_side_refuses_the_weights_of_the_other(tmp_path: Path) -> None:
    data = _scans([0, 1], train_per_class=2)
    for framework, other in (_FRAMEWORKS, _FRAMEWORKS[::-1]):
        path = _save(framework, _start(framework, _config(), data), data, tmp_path / f"{framework}.safetensors")
        with pytest.raises(WeightsError, match=f"were trained by {framework}"):
            _start(other, _config(weights=str(path)), data)


@pytest.mark.parametrize("suffix", [".weights.h5", ".keras"])
def test_files_of_keras_are_read(suffix: str, tmp_path: Path) -> None:
    data, fewer = _scans([0, 1, 2], train_per_class=2), _scans([0, 1], train_per_class=2)
    model = _start("keras", _config(seed=5), data)
    path = tmp_path / f"model{suffix}"
    model.save_weights(path) if suffix == ".weights.h5" else model.save(path)
    again = _start("keras", _config(weights=str(path)), data)
    assert all(np.array_equal(value, _values("keras", again)[name]) for name, value in _values("keras", model).items())
    replaced = _values("keras", _start("keras", _config(weights=str(path)), fewer))
    assert np.array_equal(replaced["conv1_conv/kernel"], _values("keras", model)["conv1_conv/kernel"])
    with pytest.raises(WeightsError, match="are of another architecture: "):
        _start("keras", _config(model="resnet", weights=str(path)), data)


def test_a_state_dict_is_read_and_anything_else_refused(tmp_path: Path) -> None:
    data = _scans([0, 1, 2], train_per_class=2)
    model = _start("pytorch", _config(seed=5), data)
    torch.save(model.state_dict(), tmp_path / "model.pt")
    again = _start("pytorch", _config(weights=str(tmp_path / "model.pt")), data)
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in model.state_dict().items())
    torch.save(model, tmp_path / "code.pt")
    with pytest.raises(WeightsError, match="cannot be read"):
        _start("pytorch", _config(weights=str(tmp_path / "code.pt")), data)


@pytest.mark.parametrize("framework", _FRAMEWORKS)
def test_a_model_that_came_frozen_leaves_nothing_to_train(framework: Framework, tmp_path: Path) -> None:
    data = _scans([0, 1], train_per_class=10)
    model = _start(framework, _config(), data)
    if isinstance(model, keras.Model):
        model.trainable = False
    else:
        model.requires_grad_(False)
    with pytest.raises(ModelSourceError, match="no weight to train: all of it is frozen"):
        _train(framework, model, _config(), data, tmp_path)


def _in_all_orientations(split: InMemorySplit) -> InMemorySplit:
    """Turn and mirror each scan; each of the eight orientations of a digit is a class of its own.

    Five classes alone teach a network no more than what tells those five apart, which is of no use for others.
    """
    orientations = [(turns, side) for turns in range(4) for side in (1, -1)]
    pixels = [np.rot90(split.pixels_NHWC, turns, axes=(1, 2))[:, ::side] for turns, side in orientations]
    label_ids = [split.label_ids_N * len(orientations) + number for number in range(len(orientations))]
    return InMemorySplit(np.ascontiguousarray(np.concatenate(pixels)), np.concatenate(label_ids))


@pytest.mark.parametrize(
    "framework",
    [pytest.param("keras", marks=pytest.mark.nightly), pytest.param("pytorch", marks=pytest.mark.slow)],
)
def test_what_was_learned_on_some_digits_helps_with_few_images_of_the_others(
    framework: Framework, tmp_path: Path
) -> None:
    scans = _scans([0, 1, 2, 3, 4], train_per_class=100)
    old = TrainingData(
        train=_in_all_orientations(scans.train),  # type: ignore[arg-type]
        eval=_in_all_orientations(scans.eval),  # type: ignore[arg-type]
        class_names=tuple(map(str, range(40))),
        image_shape=scans.image_shape,
    )
    pretraining = _config(model="resnet", batch_size_examples=64)
    model = _start(framework, pretraining, old)
    _train(framework, model, pretraining, old, tmp_path / "old")
    path = _save(framework, model, old, tmp_path / "weights.safetensors")
    new = _scans([5, 6, 7, 8, 9], train_per_class=8, eval_per_class=40)
    accuracies = {}
    for name in ("scratch", "feature_extractor", "fine_tune"):
        few: dict[str, Any] = {"model": "resnet", "epochs": 3, "batch_size_examples": 10, "learning_rate": 0.02}
        weights = "none" if name == "scratch" else str(path)
        config = _config(**few, weights=weights, recipe={"name": name})
        history = _train(framework, _start(framework, config, new), config, new, tmp_path / name)
        accuracies[name] = history.best.eval_accuracy
    assert accuracies["feature_extractor"] > accuracies["scratch"] + _MARGIN, accuracies
    assert accuracies["fine_tune"] > accuracies["scratch"] + _MARGIN, accuracies
