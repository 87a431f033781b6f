import keras
import pytest
import tensorflow as tf

from trainers.errors import DeviceError
from trainers.keras_trainer.precision import LossScale, check_precision, computing_in

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


def _scaled_steps(gradients: list[float], *, clip: float | None = None) -> tuple[float, float]:
    """Return the weight after steps of 1 with these gradients, and the factor then."""
    weight, factor = tf.Variable(0.0), LossScale("float16")

    @tf.function
    def step(gradient: tf.Tensor) -> None:
        scaled = [factor.scale(gradient), None]
        (unscaled, _) = factor.unscale(scaled)
        clipped = unscaled if clip is None else tf.clip_by_value(unscaled, -clip, clip)
        factor.apply(lambda: weight.assign_sub(clipped), scaled)

    for gradient in gradients:
        step(tf.constant(gradient))
    return float(weight), float(factor.factor)


def test_scaling_is_undone_before_the_step() -> None:
    assert _scaled_steps([0.25, 0.5]) == (-0.75, 2.0**15)


@pytest.mark.parametrize("clip", [None, 1.0])
@pytest.mark.parametrize("bad", [float("inf"), float("nan")])
def test_an_overflow_skips_the_step_and_halves_the_factor(bad: float, clip: float | None) -> None:
    assert _scaled_steps([0.5, bad, 0.25], clip=clip) == (-0.75, 2.0**14)


def test_the_factor_doubles_after_2000_steps_without_an_overflow() -> None:
    assert _scaled_steps([0.0] * 1999)[1] == 2.0**15
    assert _scaled_steps([float("inf"), *[0.0] * 2000])[1] == 2.0**15
    assert _scaled_steps([0.0] * 2001)[1] == 2.0**16


def test_other_precisions_have_no_factor() -> None:
    factor, steps = LossScale("bfloat16"), list[str]()
    factor.apply(lambda: steps.append("done"), [tf.constant(float("inf"))])
    assert (float(factor.scale(tf.constant(3.0))), factor.variables, steps) == (3.0, [], ["done"])
