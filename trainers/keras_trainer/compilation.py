"""Graphs of the Keras training step, compiled by XLA on request."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from trainers.errors import DeviceError


def as_graph(step: Callable[..., None], signature: Sequence[tf.TensorSpec], *, xla: bool) -> Callable[..., None]:
    """Return a step as one graph for all batch sizes; with XLA it is compiled for each size when that first comes.

    The graph raises DeviceError where XLA is missing or cannot translate the model.
    """
    if not xla:
        graph: Callable[..., None] = tf.function(step, input_signature=signature)
        return graph
    if not tf.test.is_built_with_xla():
        raise DeviceError(
            "optimization.compile is true, but this TensorFlow has no XLA; set optimization.compile=false."
        )
    compiled = tf.function(step, input_signature=signature, jit_compile=True)

    def call(*arguments: Any) -> None:
        try:
            compiled(*arguments)
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
            if "XLA" not in str(error):
                raise
            first_line = str(error).strip().splitlines()[0]
            raise DeviceError(
                f"optimization.compile is true, but XLA cannot compile this model: {first_line} Change the layer or "
                "set optimization.compile=false."
            ) from error

    return call
