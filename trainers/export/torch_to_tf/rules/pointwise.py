"""Mathematical functions of one tensor, element by element."""

import math
from collections.abc import Callable

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.type_checks import is_number, result_is_floating

aten = torch.ops.aten
FAMILY = Family(free_size=True)

Function = Callable[[tf.Tensor], tf.Tensor]


_FLOATING_FUNCTIONS: dict[torch._ops.OpOverload, Function] = {
    aten.exp.default: tf.exp,
    aten.expm1.default: tf.math.expm1,
    aten.log.default: tf.math.log,
    aten.log1p.default: tf.math.log1p,
    aten.sqrt.default: tf.sqrt,
    aten.rsqrt.default: tf.math.rsqrt,
    aten.reciprocal.default: tf.math.reciprocal,
    aten.erf.default: tf.math.erf,
    aten.erfc.default: tf.math.erfc,
    aten.exp2.default: lambda x: tf.pow(tf.constant(2, x.dtype), x),
    aten.log2.default: lambda x: tf.math.log(x) / math.log(2),
    aten.log10.default: lambda x: tf.math.log(x) / math.log(10),
    aten.lgamma.default: tf.math.lgamma,
    aten.erfinv.default: tf.math.erfinv,
    aten.asin.default: tf.asin,
    aten.acos.default: tf.acos,
    aten.asinh.default: tf.asinh,
    aten.acosh.default: tf.acosh,
    aten.atanh.default: tf.atanh,
    aten.sin.default: tf.sin,
    aten.cos.default: tf.cos,
    aten.tan.default: tf.tan,
    aten.atan.default: tf.atan,
    aten.sinh.default: tf.sinh,
    aten.cosh.default: tf.cosh,
    aten.tanh.default: tf.tanh,
    aten.sigmoid.default: tf.sigmoid,
}
"""Functions that turn whole numbers and booleans into floats first, as torch does."""

_ROUNDING_FUNCTIONS: dict[torch._ops.OpOverload, Function] = {
    aten.floor.default: tf.floor,
    aten.ceil.default: tf.math.ceil,
    aten.round.default: tf.round,
}
_SIGNED_FUNCTIONS: dict[torch._ops.OpOverload, Function] = {
    aten.abs.default: tf.abs,
    aten.neg.default: tf.negative,
    aten.sign.default: tf.sign,
    aten.square.default: tf.square,
}
_TESTS: dict[torch._ops.OpOverload, Function] = {
    aten.isnan.default: tf.math.is_nan,
    aten.isinf.default: tf.math.is_inf,
}


def _convert(function: Function) -> Convert:
    def convert(context: Context, *, input: Value) -> Value:
        return input.stored_alike(function(input.tensor))

    return convert


def _to_float(function: Function) -> Convert:
    def convert(context: Context, *, input: Value) -> Value:
        return input.stored_alike(function(tf.cast(input.tensor, context.dtype)))

    return convert


def _round(function: Function) -> Convert:
    def convert(context: Context, *, input: Value) -> Value:
        return input if context.dtype.is_integer else input.stored_alike(function(input.tensor))

    return convert


for _target, _function in _FLOATING_FUNCTIONS.items():
    FAMILY.rule(_target, accepts=[result_is_floating])(_to_float(_function))
for _target, _function in _ROUNDING_FUNCTIONS.items():
    FAMILY.rule(_target, accepts=[is_number])(_round(_function))
for _target, _function in _SIGNED_FUNCTIONS.items():
    FAMILY.rule(_target, accepts=[is_number])(_convert(_function))
for _target, _function in _TESTS.items():
    FAMILY.rule(_target, accepts=[is_floating("input")])(_convert(_function))
