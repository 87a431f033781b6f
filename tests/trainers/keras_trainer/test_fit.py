from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from trainers.config import TrainConfig
from trainers.errors import TrainingWayError
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.keras_trainer.build import build_model
from trainers.keras_trainer.fit import fit
from trainers.keras_trainer.train import train
from trainers.progress import TrainingProgress

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

_CONFIG = TrainConfig(way="keras_fit", epochs=3, batch_size_examples=16, learning_rate=0.01)


class OwnStep(keras.Model):  # type: ignore[misc]
    """A linear classifier that trains itself with noise on its pixels, and tells its loss and nothing else."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self._layers_in_order = [
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dropout(0.1, seed=3),
            keras.layers.Dense(num_classes),
        ]
        self.steps_taken = 0

    def call(self, pixels_NHWC: Any, training: bool = False) -> Any:
        features = pixels_NHWC
        for layer in self._layers_in_order:
            features = layer(features)
        return features

    def train_step(self, data: Any) -> dict[str, Any]:
        pixels_BHWC, label_ids_B = data
        with tf.GradientTape() as tape:
            noise_BHWC = tf.random.get_global_generator().normal(tf.shape(pixels_BHWC), stddev=0.1)
            logits_BK = self(pixels_BHWC + noise_BHWC, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(label_ids_B, logits_BK))
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return self.tell(loss)

    def tell(self, loss: Any) -> dict[str, Any]:
        return {"loss": loss}


class Silent(OwnStep):
    def tell(self, loss: Any) -> dict[str, Any]:
        return {"error": loss}


def _own(kind: type[OwnStep], data: TrainingData) -> keras.Model:
    keras.utils.set_random_seed(0)
    model = kind(data.num_classes)
    model(np.zeros((2, *data.image_shape), np.float32))
    model.compile(optimizer=keras.optimizers.Adam(0.05))
    return model


def _accuracy(model: keras.Model, data: TrainingData) -> float:
    ((pixels_NHWC, label_ids_N),) = data.eval.batches(1000, shuffle_seed=None)
    return float((np.asarray(model(pixels_NHWC)).argmax(axis=1) == label_ids_N).mean())


def test_a_model_with_a_train_step_of_its_own_is_trained_by_it(colour_data: TrainingData, tmp_path: Path) -> None:
    model = _own(OwnStep, colour_data)
    history = fit(model, colour_data, _CONFIG, work_dir=tmp_path)
    assert history.best.eval_accuracy >= 0.9
    assert _accuracy(model, colour_data) == history.best.eval_accuracy
    assert history.best.learning_rate == pytest.approx(0.05)
    assert history.best.train_accuracy >= 0.9
    assert {path.name for path in tmp_path.iterdir()} == {"tensorboard", "best.weights.h5"}


def test_a_model_that_is_not_compiled_is_trained_as_by_the_loop(colour_data: TrainingData, tmp_path: Path) -> None:
    histories: list[TrainingHistory] = []
    for name, run in (("loop", train), ("fit", fit)):
        model = build_model("cnn", num_classes=3, image_shape=colour_data.image_shape, seed=0)
        histories.append(run(model, colour_data, _CONFIG, work_dir=tmp_path / name))
    loop, by_fit = (history.epochs for history in histories)
    assert [r.train_loss for r in by_fit] == pytest.approx([r.train_loss for r in loop], rel=1e-3)
    assert [r.eval_accuracy for r in by_fit] == [r.eval_accuracy for r in loop]
    assert [r.learning_rate for r in by_fit] == pytest.approx([r.learning_rate for r in loop], rel=1e-6)


def test_a_killed_run_goes_on_to_the_same_weights(colour_data: TrainingData, tmp_path: Path) -> None:
    config = _CONFIG.model_copy(update={"checkpoint_interval_seconds": 0.0})
    whole = _own(OwnStep, colour_data)
    fit(whole, colour_data, config, work_dir=tmp_path / "whole")

    def stop(progress: TrainingProgress) -> None:
        if progress.epoch == 2 and progress.eval_loss is not None:
            raise KeyboardInterrupt

    folders = {"work_dir": tmp_path / "killed", "checkpoint_dir": tmp_path / "checkpoints"}
    with pytest.raises(KeyboardInterrupt):
        fit(_own(OwnStep, colour_data), colour_data, config, report=stop, **folders)
    resumed = _own(OwnStep, colour_data)
    history = fit(resumed, colour_data, config, **folders)
    assert history.resumed == 1
    assert len(history.epochs) == 3
    for expected, weight in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_rare_classes_can_count_more(colour_data: TrainingData, tmp_path: Path) -> None:
    config = _CONFIG.model_copy(update={"class_weights": "balanced", "epochs": 1})
    model = build_model("cnn", num_classes=3, image_shape=colour_data.image_shape, seed=0)
    assert len(fit(model, colour_data, config, work_dir=tmp_path).epochs) == 1


def test_a_train_step_without_a_loss_is_refused(colour_data: TrainingData, tmp_path: Path) -> None:
    with pytest.raises(TrainingWayError, match=r"train_step returns \['error'\]"):
        fit(_own(Silent, colour_data), colour_data, _CONFIG, work_dir=tmp_path)


def test_weight_decay_that_fit_does_not_have_is_refused(colour_data: TrainingData, tmp_path: Path) -> None:
    config = _CONFIG.model_copy(update={"optimizer": "sgd"})
    model = build_model("cnn", num_classes=3, image_shape=colour_data.image_shape, seed=0)
    with pytest.raises(TrainingWayError, match="weight decay with the optimizer adamw only"):
        fit(model, colour_data, config, work_dir=tmp_path)
