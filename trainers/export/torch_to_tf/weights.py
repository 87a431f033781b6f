"""The variables of a mapped module: each constant as TensorFlow wants it stored, created once."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.constants import Constant

Arrange = Callable[[torch.Tensor], torch.Tensor]

_MAX_GRAPH_CONSTANT_BYTES = 1024
"""Untrained tensors up to here are written into the graph, where they cost a multiple of their size in memory."""


def as_is(tensor: torch.Tensor) -> torch.Tensor:
    """Keep torch's order of axes."""
    return tensor


class WeightStore:
    """Variables by name, filled while the graph is traced for the first time and reused ever after."""

    def __init__(self) -> None:
        """Start empty."""
        self.variables: dict[str, tf.Variable] = {}
        self._small: dict[str, np.ndarray] = {}

    def read(self, constant: Constant, arrangement: str = "", arrange: Arrange = as_is) -> tf.Tensor:
        """Return a constant as a tensor, read from its variable unless it is small and not trainable.

        Args:
            constant: The torch tensor, with its name.
            arrangement: Name of the arrangement; a constant read in two arrangements has two variables.
            arrange: Turns torch's order of axes into TensorFlow's.
        """
        name = f"{constant.name}/{arrangement}" if arrangement else constant.name
        if name not in self.variables and name not in self._small:
            self._add(name, constant, arrange)
        if name in self._small:
            return tf.constant(self._small[name])
        return tf.convert_to_tensor(self.variables[name])

    def _add(self, name: str, constant: Constant, arrange: Arrange) -> None:
        # A copy: the caller's module may go on training, and numpy() shares its memory.
        array = np.array(arrange(constant.tensor).detach().numpy(), order="C")
        if not constant.trainable and array.nbytes <= _MAX_GRAPH_CONSTANT_BYTES:
            self._small[name] = array
            return
        with tf.init_scope():
            self.variables[name] = tf.Variable(array, trainable=constant.trainable, name=_scope_name(name))


def _scope_name(name: str) -> str:
    """Return a name that TensorFlow accepts: letters, digits and a few signs, none of them at the start."""
    allowed = "".join(character if character.isalnum() or character in "_.-/" else "_" for character in name)
    return allowed if allowed[:1].isalnum() else f"weight_{allowed}"
