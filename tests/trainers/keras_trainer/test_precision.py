import keras
import numpy as np
import pytest
import tensorflow as tf

from trainers.errors import DeviceError
from trainers.keras_trainer.precision import LossScaling, check_precision, computing_in

# Keras 3.15 turns its variables into arrays in a way that NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.fixture
def model() -> keras.Model:
    layers = [keras.layers.Conv2D(2, 1), keras.layers.BatchNormalization(), keras.layers.Dense(2, dtype="float64")]
    return keras.Sequential([keras.Input((4, 4, 3)), *layers])


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="this machine has a GPU")
def test_float16_is_refused_without_a_gpu() -> None:
    with pytest.raises(DeviceError, match=r"float16, which needs a GPU.*choose bfloat16 or float32\."):
        check_precision("float16")
    check_precision("bfloat16")
    check_precision("float32")


def test_layers_compute_in_it_in_the_context_alone(model: keras.Model) -> None:
    with computing_in("bfloat16", model):
        assert [layer.compute_dtype for layer in model.layers] == ["bfloat16", "bfloat16", "float64"]
        assert model.layers[0](tf.ones((1, 4, 4, 3))).dtype == tf.bfloat16
    assert [layer.compute_dtype for layer in model.layers] == ["float32", "float32", "float64"]
    assert model.layers[0](tf.ones((1, 4, 4, 3))).dtype == tf.float32
    assert {variable.dtype for variable in model.layers[0].variables} == {"float32"}


def _scaled_step(gradient: float, *, clip: float | None = None) -> tuple[float, float]:
    """Return the weight after a step of 1 with this gradient, and the scale then."""
    weight = keras.Variable(np.float32(0.0))
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([weight])
    scaling = LossScaling(optimizer, "float16")
    raw = [scaling.scale(tf.constant(gradient))]
    unscaled = scaling.unscale(raw)
    clipped = unscaled if clip is None else [tf.clip_by_value(unscaled[0], -clip, clip)]
    scaling.apply(clipped, [weight], raw=raw)
    return float(weight.numpy()), float(scaling.optimizer.dynamic_scale.numpy())


def test_scaling_is_undone_before_the_step() -> None:
    assert _scaled_step(0.25) == (-0.25, 2.0**15)


@pytest.mark.parametrize("clip", [None, 1.0])
def test_an_overflow_skips_the_step_and_halves_the_scale(clip: float | None) -> None:
    assert _scaled_step(float("inf"), clip=clip) == (0.0, 2.0**14)
