"""What happens to gradients between the tape and the optimiser in Keras."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from trainers.optimization import is_decayed
from trainers.optimization_config import OptimizationConfig

Gradients = list[tf.Tensor | None]
"""One for each trained variable, in the same order; None where the loss does not depend on it."""


def clip_gradients(gradients: Gradients, limits: OptimizationConfig) -> Gradients:
    """Shorten gradients to the global norm, then cut off single values; see `OptimizationConfig`."""
    if limits.clip_global_norm:
        gradients, _ = tf.clip_by_global_norm(gradients, limits.clip_global_norm)
    if limits.clip_value:
        bounds = -limits.clip_value, limits.clip_value
        gradients = [None if gradient is None else tf.clip_by_value(gradient, *bounds) for gradient in gradients]
    return list(gradients)


def add_over_replicas(gradients: Gradients) -> Gradients:
    """Return the sums of the gradients that each replica calls this with."""
    present = [gradient for gradient in gradients if gradient is not None]
    sums = iter(tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, present))
    return [None if gradient is None else next(sums) for gradient in gradients]


def add_l2(gradients: Gradients, variables: Sequence[keras.Variable], *, decay: float) -> Gradients:
    """Return gradients with decay * variable added where decay acts."""
    if not decay:
        return gradients
    return [
        gradient if gradient is None or not is_decayed(variable.shape) else gradient + decay * variable
        for gradient, variable in zip(gradients, variables, strict=True)
    ]


class GradientSum:
    """Adds up the gradients of micro-batches in each replica; zero between two steps, so no part of a checkpoint."""

    def __init__(self, variables: Sequence[keras.Variable]) -> None:
        """Start at zero for these variables."""
        of_each_replica = {"trainable": False, "synchronization": tf.VariableSynchronization.ON_READ}
        self._sums = [tf.Variable(tf.zeros(variable.shape), **of_each_replica) for variable in variables]
        self._has_gradient = [False] * len(self._sums)

    def add(self, gradients: Gradients) -> None:
        """Add gradients, None where there are none."""
        self._has_gradient = [gradient is not None for gradient in gradients]
        for total, gradient in zip(self._sums, gradients, strict=True):
            if gradient is not None:
                total.assign_add(tf.convert_to_tensor(gradient))

    def take(self) -> Gradients:
        """Return the sums and set them to zero."""
        taken = [
            tf.identity(total) if has_gradient else None
            for total, has_gradient in zip(self._sums, self._has_gradient, strict=True)
        ]
        for total in self._sums:
            total.assign(tf.zeros_like(total))
        return taken
