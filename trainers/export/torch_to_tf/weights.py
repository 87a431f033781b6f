"""The variables of a mapped module: each constant as TensorFlow wants it stored, created once."""

from collections.abc import Callable, Hashable

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
    """The stored constants, filled while the graph is traced for the first time and reused ever after."""

    def __init__(self) -> None:
        """Start empty."""
        self.variables: dict[str, tf.Variable] = {}
        self._stored: dict[Hashable, tf.Variable | np.ndarray] = {}

    def read(self, constant: Constant, arrangement: str = "", arrange: Arrange = as_is) -> tf.Tensor:
        """Return a constant as a tensor, read from its variable unless it is small and not trainable.

        Args:
            constant: The torch tensor, with its name and origin.
            arrangement: Name of the arrangement; a constant read in two arrangements has two variables.
            arrange: Turns torch's order of axes into TensorFlow's.
        """
        key = (constant.origin, arrangement)
        if key not in self._stored:
            # A copy: the caller's module may go on training, and numpy() shares its memory.
            array = np.array(arrange(constant.tensor).detach().numpy(), order="C")
            is_small = array.nbytes <= _MAX_GRAPH_CONSTANT_BYTES and not constant.trainable
            self._stored[key] = array if is_small else self._add_variable(constant, arrangement, array)
        return tf.convert_to_tensor(self._stored[key])

    def _add_variable(self, constant: Constant, arrangement: str, array: np.ndarray) -> tf.Variable:
        base = f"{constant.name}/{arrangement}" if arrangement else constant.name
        name, number = base, 2
        while name in self.variables:
            name, number = f"{base}_{number}", number + 1
        with tf.init_scope():
            variable = tf.Variable(array, trainable=constant.trainable, name=_scope_name(name))
        self.variables[name] = variable
        return variable


def _scope_name(name: str) -> str:
    """Return a name that TensorFlow accepts: letters, digits and a few signs, none of them at the start."""
    allowed = "".join(character if character.isalnum() or character in "_.-/" else "_" for character in name)
    return allowed if allowed[:1].isalnum() else f"weight_{allowed}"
