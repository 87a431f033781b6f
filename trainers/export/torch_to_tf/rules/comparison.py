"""Comparisons, and logic, for which every number but 0 is true."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.dtypes import to_tensorflow
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
    aten.logical_and.default: tf.logical_and,
    aten.logical_or.default: tf.logical_or,
    aten.logical_xor.default: tf.math.logical_xor,
}


def _operand_type(operands: Sequence[Operand | Number]) -> tf.DType:
    """Return the type that torch compares in; whole numbers stand for booleans."""
    promoted = torch.result_type(*(_sample(one) for one in operands))
    return tf.int32 if promoted is torch.bool else to_tensorflow(promoted)


def _sample(operand: Operand | Number) -> Any:
    if isinstance(operand, Value | Constant):
        return torch.empty((1,) * _rank(operand), dtype=_torch_type(operand))
    return operand


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
    FAMILY.rule(*_targets)(_comparison(_function))
for _target, _function in _LOGIC.items():
    FAMILY.rule(_target)(_logic(_function))


@FAMILY.rule(aten.logical_not.default)
def logical_not(context: Context, *, input: Value) -> Value:
    """Tell where there is false, or 0."""
    return input.stored_alike(tf.logical_not(tf.cast(input.tensor, tf.bool)))
