"""Comparisons, and logic on booleans."""

from collections.abc import Callable, Sequence

import tensorflow as tf
import torch
from torch import fx

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_boolean
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)

_COMPARISONS = {
    (aten.eq.Tensor, aten.eq.Scalar): tf.equal,
    (aten.ne.Tensor, aten.ne.Scalar): tf.not_equal,
    (aten.gt.Tensor, aten.gt.Scalar): tf.greater,
    (aten.ge.Tensor, aten.ge.Scalar): tf.greater_equal,
    (aten.lt.Tensor, aten.lt.Scalar): tf.less,
    (aten.le.Tensor, aten.le.Scalar): tf.less_equal,
}
_LOGIC = {
    (aten.logical_and.default, aten.bitwise_and.Tensor): tf.logical_and,
    (aten.logical_or.default, aten.bitwise_or.Tensor): tf.logical_or,
    (aten.logical_xor.default, aten.bitwise_xor.Tensor): tf.math.logical_xor,
}


def _compares_alike(call: Call) -> str | None:
    dtype, other = call.tensor("input").dtype, call.arguments["other"]
    if isinstance(other, fx.Node):
        types = (dtype, call.tensor("other").dtype)
        return "it compares booleans; use logical_xor or logical_and" if torch.bool in types else None
    literal_fits = dtype.is_floating_point or (type(other) is int and dtype is not torch.bool)
    return None if literal_fits else f"it compares {dtype} with {other}; convert with .float() first"


def _operand_type(operands: Sequence[Operand | Number]) -> tf.DType:
    """Return the type that torch compares in; a literal takes the tensor's type."""
    tensors = [operand for operand in operands if isinstance(operand, Value | Constant)]
    fakes = [torch.empty((1,) * _rank(one), dtype=_torch_type(one)) for one in tensors]
    promoted = torch.result_type(*fakes) if len(fakes) > 1 else fakes[0].dtype
    return tf.as_dtype(str(promoted).removeprefix("torch."))


def _rank(operand: Operand) -> int:
    return operand.tensor.dim() if isinstance(operand, Constant) else operand.rank


def _torch_type(operand: Operand) -> torch.dtype:
    if isinstance(operand, Constant):
        return operand.tensor.dtype
    dtype: torch.dtype = getattr(torch, operand.tensor.dtype.name)
    return dtype


def _comparison(function: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Convert:
    def convert(context: Context, *, input: Operand, other: Operand | Number) -> Value:
        (left, right), channels_last = align(context, [input, other], dtypes=[_operand_type([input, other])] * 2)
        return Value(function(left, right), channels_last)

    return convert


def _logic(function: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Convert:
    def convert(context: Context, *, input: Operand, other: Operand) -> Value:
        (left, right), channels_last = align(context, [input, other], dtypes=[tf.bool] * 2)
        return Value(function(left, right), channels_last)

    return convert


for _targets, _function in _COMPARISONS.items():
    FAMILY.rule(*_targets, accepts=[_compares_alike])(_comparison(_function))
for _targets, _function in _LOGIC.items():
    FAMILY.rule(*_targets, accepts=[is_boolean("input", "other")])(_logic(_function))


@FAMILY.rule(aten.logical_not.default, aten.bitwise_not.default, accepts=[is_boolean("input")])
def logical_not(context: Context, *, input: Value) -> Value:
    """Invert booleans."""
    return input.stored_alike(tf.logical_not(input.tensor))
