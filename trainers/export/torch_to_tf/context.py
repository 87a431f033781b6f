"""What a rule may use beside its arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
import torch

from trainers.export.torch_to_tf import layout
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.dtypes import to_tensorflow
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.symbolic import Extent, batch_terms, static_shape
from trainers.export.torch_to_tf.weights import WeightStore, as_is

Operand = Value | Constant
"""A tensor argument of a rule."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """One call being converted."""

    call_name: str
    """The graph node's name, unique in the graph."""

    result: Any
    """The fake tensor, or several, that torch.export saw as the result."""

    batch_size_examples: int | tf.Tensor
    weights: WeightStore

    @property
    def dtype(self) -> tf.DType:
        """Element type of the (first) result: what torch's type promotion ends in."""
        return to_tensorflow(self._first.dtype)

    @property
    def rank(self) -> int:
        """Number of axes of the (first) result."""
        return len(self._first.shape)

    @property
    def shape(self) -> list[int | tf.Tensor]:
        """Logical shape of the (first) result; extents that depend on the batch size are scalar int32 tensors."""
        return [self.extent(extent) for extent in self._first.shape]

    def extent(self, extent: Extent) -> int | tf.Tensor:
        """Return an exported extent as a number or a scalar tensor.

        Raises:
            ValueError: It is not of the form scale * batch + offset; a rule's check has to refuse it earlier.
        """
        terms = batch_terms(extent)
        if terms is None:
            raise ValueError(f"the extent {extent} is not linear in the batch size")
        scale, offset = terms
        return offset if scale == 0 else self.batch_size_examples * scale + offset

    def weight(
        self, constant: Constant, arrangement: str = "", arrange: Callable[[torch.Tensor], torch.Tensor] = as_is
    ) -> tf.Tensor:
        """Return a constant as a tensor; see `WeightStore.read`."""
        return self.weights.read(constant, arrangement, arrange)

    def derive(self, constant: Constant, tensor: torch.Tensor, suffix: str) -> Constant:
        """Return a constant that this call computes from another one, named after that one."""
        # One call may derive from several constants, for example from two indices into axes of one extent.
        origin = (self.call_name, constant.origin, suffix)
        return Constant(tensor, f"{constant.name}/{suffix}", constant.trainable, origin)

    def logical(self, operand: Operand) -> tf.Tensor:
        """Return a tensor in torch's order of axes."""
        return self.weight(operand) if isinstance(operand, Constant) else layout.to_logical(operand)

    def channels_last(self, operand: Operand) -> tf.Tensor:
        """Return a rank-4 tensor as N, H, W, C."""
        if isinstance(operand, Constant):
            return self.weight(operand, "NHWC", lambda tensor: tensor.permute(layout.LOGICAL_AXIS_OF_NHWC))
        return layout.to_channels_last(operand)

    def reshape(self, tensor: tf.Tensor) -> Value:
        """Give a tensor in logical order the exported shape; at most one extent may depend on the batch size."""
        shape = static_shape(self._first.shape)
        return Value(tf.reshape(tensor, [-1 if extent is None else extent for extent in shape]))

    @property
    def _first(self) -> torch.Tensor:
        first: torch.Tensor = self.result[0] if isinstance(self.result, list | tuple) else self.result
        return first
