"""A batch among the replicas of a Keras model.

Shape letter: B examples of the batch.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from trainers.devices.batch_parts import batch_parts

Totals = tuple[tf.Tensor, tf.Tensor]
"""Sum of the losses of some examples, float32, and how many of them are right, int64."""


def part_signature(image_shape: tuple[int, int, int]) -> list[tf.TensorSpec]:
    """Return the arguments of one replica: pixels, classes, those of partners, shares, and the part's share of a step.

    The batch axis is free: the short last batch would otherwise trace the graph again.
    """
    ids_B, shares_B = tf.TensorSpec([None], tf.int64), tf.TensorSpec([None], tf.float32)
    return [tf.TensorSpec([None, *image_shape], tf.float32), ids_B, ids_B, shares_B, tf.TensorSpec([], tf.float32)]


def share_out(batch: Sequence[Any], *, replicas: int, step_examples: int) -> list[Any]:
    """Return the arguments of every replica, one replica after the other.

    Args:
        batch: Pixels and labels of the batch, or of a micro-batch; index 0 of each is the example.
        replicas: How many share it.
        step_examples: Examples of the whole step, by which the loss is divided.
    """
    arguments: list[Any] = []
    for part in batch_parts(len(batch[1]), replicas):
        own = batch if replicas == 1 else [values_B[part.examples] for values_B in batch]
        arguments += [*own, np.float32(part.counts * len(own[1]) / step_examples)]
    return arguments


def run_in_all(strategy: tf.distribute.Strategy, compute: Callable[..., Totals], arguments: Sequence[Any]) -> Totals:
    """Compute in every replica with its own of the arguments of `share_out`; return the totals of all of them."""
    size = len(arguments) // strategy.num_replicas_in_sync
    own = strategy.experimental_distribute_values_from_function(
        lambda replica: tuple(arguments[replica.replica_id_in_sync_group * size :][:size])
    )
    loss_sum, num_correct = strategy.run(compute, args=own)
    return strategy.reduce("SUM", loss_sum, axis=None), strategy.reduce("SUM", num_correct, axis=None)
