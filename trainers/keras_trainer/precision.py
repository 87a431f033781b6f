"""Mixed precision in Keras: dtype policies while the training step is traced, and loss scaling for float16."""

import contextlib
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from trainers.errors import DeviceError
from trainers.keras_trainer.gradients import Gradients
from trainers.optimization_config import Precision

_FULL = "float32"
_FIRST_FACTOR = 2.0**15
_STEPS_TO_DOUBLE = 2000
_BFLOAT16_COMPUTE_CAPABILITY = (8, 0)


def check_precision(precision: Precision) -> None:
    """Check that this machine can train in a precision.

    Raises:
        DeviceError: It cannot.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if precision == "float16" and not gpus:
        raise DeviceError(
            "optimization.precision is float16, which needs a GPU, and this machine trains on the CPU; choose "
            "bfloat16 or float32."
        )
    if precision == "bfloat16" and gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        if details.get("compute_capability", _BFLOAT16_COMPUTE_CAPABILITY) < _BFLOAT16_COMPUTE_CAPABILITY:
            raise DeviceError(
                f"optimization.precision is bfloat16, which {details.get('device_name', 'this GPU')} does not compute "
                "in; choose float16 or float32."
            )


@contextlib.contextmanager
def computing_in(precision: Precision, model: keras.Model) -> Iterator[None]:
    """Have the layers compute in a precision in here; weights stay float32.

    What is traced in here keeps it, what is traced elsewhere, evaluation and exports, is float32. Layers whose policy
    is not float32 already are left as their author wanted them.
    """
    if precision == _FULL:
        yield
        return
    layers = [layer for layer in model._flatten_layers() if layer.dtype_policy.name == _FULL]
    before = [layer.dtype_policy for layer in layers]
    for layer in layers:
        layer.dtype_policy = f"mixed_{precision}"
    try:
        yield
    finally:
        for layer, policy in zip(layers, before, strict=True):
            layer.dtype_policy = policy


class LossScale:
    """The factor that keeps float16 gradients from vanishing; does nothing for other precisions.

    Keras' LossScaleOptimizer has one optimiser behind it, and parts with rates of their own need one each. The rule is
    its rule: halve where a gradient overflowed, and leave out that step; double after 2,000 steps without.
    """

    def __init__(self, precision: Precision) -> None:
        """Start with the factor that Keras and PyTorch start with, or one like it."""
        self._is_on = precision == "float16"
        self.factor = tf.Variable(_FIRST_FACTOR, trainable=False)
        self._good_steps = tf.Variable(0, trainable=False)

    @property
    def variables(self) -> list[tf.Variable]:
        """All of its state."""
        return [self.factor, self._good_steps] if self._is_on else []

    def scale(self, loss: tf.Tensor) -> tf.Tensor:
        """Return what to differentiate."""
        return loss * self.factor if self._is_on else loss

    def unscale(self, gradients: Gradients) -> Gradients:
        """Return the gradients of the loss itself."""
        if not self._is_on:
            return gradients
        return [gradient if gradient is None else gradient / self.factor for gradient in gradients]

    def apply(self, step: Callable[[], None], scaled: Gradients) -> None:
        """Do a step, unless a gradient overflowed, and choose the factor of the next one.

        Args:
            step: Changes the weights.
            scaled: The scaled gradients before anything was done to them: clipping would make an overflow finite.
        """
        if not self._is_on:
            step()
            return
        finite = [tf.reduce_all(tf.math.is_finite(gradient)) for gradient in scaled if gradient is not None]
        tf.cond(tf.reduce_all(finite), lambda: self._go(step), self._shrink)

    def _go(self, step: Callable[[], None]) -> tf.Tensor:
        step()
        is_long_ago = self._good_steps.assign_add(1) >= _STEPS_TO_DOUBLE
        self._good_steps.assign(tf.where(is_long_ago, 0, self._good_steps))
        return self.factor.assign(tf.where(is_long_ago, 2 * self.factor, self.factor))

    def _shrink(self) -> tf.Tensor:
        self._good_steps.assign(0)
        return self.factor.assign(self.factor / 2)
