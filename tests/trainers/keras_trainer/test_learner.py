from pathlib import Path

import keras
import numpy as np
import pytest

from trainers.augmentation.draw import BatchDraw, Mixing
from trainers.config import TrainConfig
from trainers.keras_trainer.learner import KerasLearner

# Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

_PIXELS = np.array([[1, 0], [0, 1], [1, 0]], np.float32).reshape(3, 1, 1, 2)
_LABELS = np.array([0, 1, 1])


def _learner(class_weights: list[float], **settings: object) -> tuple[KerasLearner, keras.Model]:
    """A learner whose logits are three times the two channels of the image's one pixel."""
    kernel = keras.initializers.Constant(np.eye(2) * 3)
    model = keras.Sequential(
        [keras.Input((1, 1, 2)), keras.layers.Flatten(), keras.layers.Dense(2, kernel_initializer=kernel)]
    )
    config = TrainConfig.model_validate(settings)
    weights_K = np.array(class_weights, np.float32)
    return KerasLearner(model, config, class_weights_K=weights_K, image_shape=(1, 1, 2)), model


@pytest.mark.parametrize("class_weights", [[1.0, 1.0], [0.5, 2.0]])
def test_class_weights_enter_the_loss_as_computed_by_hand(class_weights: list[float]) -> None:
    learner, _ = _learner(class_weights)
    learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.0)
    right, wrong = np.log1p(np.exp(-3)), np.log1p(np.exp(3))
    totals = learner.train_totals()
    assert totals.loss_sum == pytest.approx(class_weights[0] * right + class_weights[1] * (right + wrong), rel=1e-6)
    assert totals.num_correct == 2


def test_a_mixed_image_counts_for_both_classes_as_computed_by_hand() -> None:
    learner, _ = _learner([0.5, 2.0])
    mixing = Mixing(
        partners_B=np.array([1, 0, 2]),
        blend_shares_B=np.ones(3, np.float32),
        pasted_BHW=np.zeros((3, 1, 1), np.bool_),
        label_shares_B=np.array([0.75, 1.0, 0.5], np.float32),
    )
    learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.0, draw=BatchDraw(mixing=mixing))
    right, wrong = np.log1p(np.exp(-3)), np.log1p(np.exp(3))
    expected = (0.75 * 0.5 * right + 0.25 * 2 * wrong) + 2 * right + 2 * wrong
    assert learner.train_totals().loss_sum == pytest.approx(expected, rel=1e-6)
    assert learner.train_totals().num_correct == 2


def test_totals_add_up_until_they_are_reset() -> None:
    learner, _ = _learner([1.0, 1.0])
    for _ in range(2):
        learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.0)
    assert learner.train_totals().num_correct == 4
    learner.reset_train_totals()
    assert learner.train_totals() == (0.0, 0)


def test_l2_decay_pulls_on_the_kernel_alone() -> None:
    plain, plain_model = _learner([0.0, 0.0], optimizer="sgd", weight_decay=0.0)
    decayed, decayed_model = _learner([0.0, 0.0], optimizer="sgd", weight_decay=0.5)
    for learner in (plain, decayed):
        learner.train_on_batch(_PIXELS, _LABELS, learning_rate=0.1)
    np.testing.assert_allclose(plain_model.get_weights()[0], np.eye(2) * 3)
    np.testing.assert_allclose(decayed_model.get_weights()[0], np.eye(2) * 3 * (1 - 0.1 * 0.5), rtol=1e-6)


def test_a_weights_file_brings_the_weights_back(tmp_path: Path) -> None:
    learner, model = _learner([1.0, 1.0])
    path = tmp_path / learner.weights_file_name
    before = learner.logits_of(_PIXELS)
    learner.save_weights(path)
    model.set_weights([np.zeros((2, 2)), np.zeros(2)])
    learner.load_weights(path)
    np.testing.assert_array_equal(learner.logits_of(_PIXELS), before)


def test_parameters_are_counted_with_batch_norm_statistics() -> None:
    model = keras.Sequential(
        [keras.Input((1, 1, 2)), keras.layers.BatchNormalization(), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    learner = KerasLearner(model, TrainConfig(), class_weights_K=np.ones(3, np.float32), image_shape=(1, 1, 2))
    assert learner.trainable_parameters == 2 * 2 + 2 * 3 + 3
    assert learner.total_parameters == learner.trainable_parameters + 2 * 2
