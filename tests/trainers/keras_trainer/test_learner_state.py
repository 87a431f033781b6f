from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf

from trainers.errors import CheckpointError
from trainers.keras_trainer.learner_state import load_variables, save_variables, state_variables

# Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


def test_random_numbers_go_on_where_they_were(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((50,)), keras.layers.Dropout(0.5)])
    optimizer = keras.optimizers.SGD()
    pixels = np.ones((2, 50), np.float32)

    def draw() -> list[npt.NDArray[np.float32]]:
        global_numbers = keras.random.normal((3,)), tf.random.get_global_generator().normal((3,))
        return [np.asarray(values) for values in (model(pixels, training=True), *global_numbers)]

    draw()
    save_variables(tmp_path / "state", state_variables(model, [optimizer]))
    expected = draw()
    load_variables(tmp_path / "state", state_variables(model, [optimizer]))
    for one, other in zip(draw(), expected, strict=True):
        np.testing.assert_array_equal(one, other)
    assert any((one != other).any() for one, other in zip(draw(), expected, strict=True))


def test_weights_statistics_and_slots_are_part_of_the_state() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)])
    optimizer = keras.optimizers.SGD(momentum=0.9)
    optimizer.build(model.trainable_variables)
    names = [getattr(variable, "path", variable.name) for variable in state_variables(model, [optimizer])]
    for part in ("gamma", "beta", "moving_mean", "moving_variance", "seed_generator_state", "iteration", "momentum"):
        assert any(part in name for name in names), part


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float64", "int64", "bool"])
def test_every_type_of_number_comes_back(dtype: str, tmp_path: Path) -> None:
    variable = tf.Variable(tf.cast([0, 1, 1], dtype))
    scalar = tf.Variable(tf.cast(1, dtype))
    save_variables(tmp_path / "state", [variable, scalar])
    for changed in (variable, scalar):
        changed.assign(tf.zeros_like(changed))
    load_variables(tmp_path / "state", [variable, scalar])
    assert tf.cast(variable, tf.int32).numpy().tolist() == [0, 1, 1]
    assert int(tf.cast(scalar, tf.int32)) == 1


def test_values_of_other_variables_change_nothing(tmp_path: Path) -> None:
    save_variables(tmp_path / "state", [tf.Variable([1.0, 2.0]), tf.Variable([3.0])])
    same, other = tf.Variable([0.0, 0.0]), tf.Variable([0.0, 0.0])
    with pytest.raises(CheckpointError, match="number and shapes"):
        load_variables(tmp_path / "state", [same, other])
    assert same.numpy().tolist() == [0.0, 0.0]
