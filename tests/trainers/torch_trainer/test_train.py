import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from trainers.config import TrainConfig
from trainers.errors import DivergedError, TrainingDataError
from trainers.example_split import InMemorySplit, TrainingData
from trainers.history import TrainingHistory
from trainers.progress import TrainingProgress
from trainers.torch_trainer.build import build_model
from trainers.torch_trainer.predict import predict_logits
from trainers.torch_trainer.train import train

_CONFIG = TrainConfig(epochs=4, batch_size_examples=16, learning_rate=0.01)


def _train(data: TrainingData, config: TrainConfig, work_dir: Path) -> tuple[TrainingHistory, npt.NDArray[np.float32]]:
    """Train the built-in cnn; return the history and the trained model's logits on the evaluation images."""
    model = build_model("cnn", num_classes=data.num_classes, image_shape=data.image_shape, seed=config.seed)
    history = train(model, data, config, work_dir=work_dir)
    ((pixels_NHWC, _),) = data.eval.batches(1000, shuffle_seed=None)
    return history, predict_logits(model, pixels_NHWC, batch_size_examples=7)


def test_colours_are_learnt_in_seconds_and_the_model_keeps_its_best_epoch(
    colour_data: TrainingData, tmp_path: Path
) -> None:
    history, logits_NK = _train(colour_data, _CONFIG, tmp_path)
    ((_, label_ids_N),) = colour_data.eval.batches(1000, shuffle_seed=None)
    assert history.best.eval_accuracy >= 0.95
    assert (logits_NK.argmax(axis=1) == label_ids_N).mean() == history.best.eval_accuracy
    assert {path.name for path in tmp_path.iterdir()} == {"tensorboard", "best.pt"}


def test_the_same_seed_gives_the_same_run(colour_data: TrainingData, tmp_path: Path) -> None:
    config = _CONFIG.model_copy(update={"epochs": 2})
    first, first_logits = _train(colour_data, config, tmp_path / "first")
    again, again_logits = _train(colour_data, config, tmp_path / "again")
    np.testing.assert_allclose(first_logits, again_logits, atol=1e-6)
    losses = [[record.train_loss for record in history.epochs] for history in (first, again)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_a_batch_of_all_the_data_is_one_step(colour_data: TrainingData, tmp_path: Path) -> None:
    events: list[TrainingProgress] = []
    model = build_model("cnn", num_classes=3, image_shape=colour_data.image_shape, seed=0)
    config = TrainConfig(epochs=2, batch_size_examples=colour_data.train.num_examples)
    train(model, colour_data, config, work_dir=tmp_path, report=events.append)
    assert {event.steps_per_epoch for event in events} == {1}
    assert len([event for event in events if event.eval_loss is not None]) == 2


def test_diverged_training_says_so(colour_data: TrainingData, tmp_path: Path) -> None:
    broken_NHWC = np.full((18, 16, 16, 3), math.nan, np.float32)
    broken = InMemorySplit(broken_NHWC, np.arange(18) % 3)
    data = TrainingData(train=broken, eval=colour_data.eval, class_names=("r", "g", "b"), image_shape=(16, 16, 3))
    with pytest.raises(DivergedError, match="training loss is nan"):
        _train(data, _CONFIG, tmp_path)


def test_data_is_checked_before_training(colour_data: TrainingData, tmp_path: Path) -> None:
    names = ("red", "green", "blue", "grey")
    data = TrainingData(train=colour_data.train, eval=colour_data.eval, class_names=names, image_shape=(16, 16, 3))
    with pytest.raises(TrainingDataError, match="no example of grey"):
        _train(data, _CONFIG, tmp_path)
