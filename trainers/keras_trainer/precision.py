"""Mixed precision in Keras: dtype policies while the training step is traced, and loss scaling for float16."""

import contextlib
from collections.abc import Iterator, Sequence

import keras
import tensorflow as tf

from trainers.errors import DeviceError
from trainers.keras_trainer.gradients import Gradients
from trainers.optimization_config import Precision

_FULL = "float32"
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


class LossScaling:
    """An optimiser with loss scaling for float16, without it for other precisions."""

    def __init__(self, optimizer: keras.optimizers.Optimizer, precision: Precision) -> None:
        """Wrap a built optimiser."""
        self._is_on = precision == "float16"
        self.optimizer = optimizer
        if self._is_on:
            self.optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
            self.optimizer.build(list(optimizer._trainable_variables))

    def scale(self, loss: tf.Tensor) -> tf.Tensor:
        """Return what to differentiate."""
        return self.optimizer.scale_loss(loss) if self._is_on else loss

    def unscale(self, gradients: Gradients) -> Gradients:
        """Return the gradients of the loss itself."""
        return self._times(1 / self.optimizer.dynamic_scale, gradients) if self._is_on else gradients

    def apply(self, gradients: Gradients, variables: Sequence[keras.Variable], *, raw: Gradients) -> None:
        """Do a step; none where a raw gradient overflowed, and then scale less from now on.

        Args:
            gradients: Unscaled, as the step takes them.
            variables: What they are gradients of.
            raw: The scaled gradients before anything was done to them.
        """
        if self._is_on:
            # The optimiser divides by the scale again; powers of two lose nothing. And what overflowed must stay
            # visible where clipping has made it finite: 0 * infinity is not a number.
            scaled = self._times(self.optimizer.dynamic_scale, gradients)
            gradients = [
                None if one is None or other is None else one + 0.0 * other
                for one, other in zip(scaled, raw, strict=True)
            ]
        self.optimizer.apply(gradients, variables)

    @staticmethod
    def _times(factor: tf.Tensor, gradients: Gradients) -> Gradients:
        return [gradient if gradient is None else gradient * factor for gradient in gradients]
