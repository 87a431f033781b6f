"""What a rule may use beside its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy
import tensorflow as tf
import torch

from trainers.export.torch_to_tf import layout
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.dtypes import to_tensorflow
from trainers.export.torch_to_tf.expressions import evaluate
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.symbolic import Extent, expression_of, static_shape
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

    sizes: Mapping[sympy.Symbol, int | tf.Tensor]
    """The batch size, and height and width where they are free, by what stands for them in exported extents."""

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
        """Logical shape of the (first) result; extents that depend on the input's are scalar int32 tensors."""
        return [self.extent(extent) for extent in self._first.shape]

    def extent(self, extent: Extent) -> int | tf.Tensor:
        """Return an exported extent as a number or a scalar tensor; a check has to refuse what is not computable."""
        number: int | tf.Tensor = evaluate(expression_of(extent), self.sizes)
        return number

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
        """Give a tensor in logical order the exported shape; see `shape_checks.has_reshapable_extents`."""
        shape = static_shape(self._first.shape)
        target = [-1 if extent is None else extent for extent in shape] if shape.count(None) <= 1 else self.shape
        return Value(tf.reshape(tensor, target))

    @property
    def _first(self) -> torch.Tensor:
        first: torch.Tensor = self.result[0] if isinstance(self.result, list | tuple) else self.result
        return first
