"""Activation functions with a TensorFlow op, or a short exact formula, of their own."""

import math

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, is_value
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_FLOATING = [is_floating("input")]


@FAMILY.rule(aten.relu.default, accepts=_FLOATING)
def relu(context: Context, *, input: Value) -> Value:
    """Return max(x, 0)."""
    return input.stored_alike(tf.nn.relu(input.tensor))


@FAMILY.rule(aten.relu6.default, accepts=_FLOATING)
def relu6(context: Context, *, input: Value) -> Value:
    """Limit x to 0..6."""
    return input.stored_alike(tf.nn.relu6(input.tensor))


@FAMILY.rule(aten.silu.default, accepts=_FLOATING)
def silu(context: Context, *, input: Value) -> Value:
    """Return x times its sigmoid."""
    return input.stored_alike(input.tensor * tf.sigmoid(input.tensor))


@FAMILY.rule(aten.mish.default, accepts=_FLOATING)
def mish(context: Context, *, input: Value) -> Value:
    """Return x times tanh(softplus(x))."""
    return input.stored_alike(input.tensor * tf.tanh(tf.math.softplus(input.tensor)))


@FAMILY.rule(aten.gelu.default, accepts=[*_FLOATING, is_value("approximate", "none", "tanh")])
def gelu(context: Context, *, input: Value, approximate: str) -> Value:
    """Return x times the normal distribution function, exact or by its tanh approximation."""
    x = input.tensor
    if approximate == "tanh":
        return input.stored_alike(tf.nn.gelu(x, approximate=True))
    # tf.nn.gelu takes erfc(-x), and the negation alone costs as much as a quarter of the attention. TFLite knows this
    # form, in this order, as its own GELU.
    return input.stored_alike((x * 0.5) * (tf.math.erf(x * math.sqrt(0.5)) + 1.0))


@FAMILY.rule(aten.elu.default, accepts=_FLOATING)
def elu(context: Context, *, input: Value, alpha: float, scale: float, input_scale: float) -> Value:
    """Return scale * x above 0, scale * alpha * (exp(input_scale * x) - 1) below; covers selu and celu."""
    x = input.tensor
    # The branch that is not taken would overflow, and its gradient turn to NaN, without the minimum.
    negative = tf.math.expm1(tf.minimum(x, 0) * input_scale) * (scale * alpha)
    return input.stored_alike(tf.where(x > 0, x * scale, negative))


@FAMILY.rule(aten.leaky_relu.default, accepts=_FLOATING)
def leaky_relu(context: Context, *, input: Value, negative_slope: float) -> Value:
    """Return x above 0, x * negative_slope below; the slope may be of any size and sign."""
    x = input.tensor
    return input.stored_alike(tf.where(x > 0, x, x * negative_slope))


@FAMILY.rule(aten.rrelu.default, accepts=[*_FLOATING, is_value("training", False)], implied=["training"])
def randomized_relu(context: Context, *, input: Value, lower: float, upper: float) -> Value:
    """Return x above 0, x times the mean of both slopes below: what evaluation mode does."""
    return leaky_relu(context, input=input, negative_slope=(lower + upper) / 2)


@FAMILY.rule(aten.softplus.default, accepts=_FLOATING)
def softplus(context: Context, *, input: Value, beta: float, threshold: float) -> Value:
    """Return log(1 + exp(beta * x)) / beta, and x itself where beta * x is above the threshold."""
    x = input.tensor
    return input.stored_alike(tf.where(x * beta > threshold, x, tf.math.softplus(x * beta) / beta))


@FAMILY.rule(aten.hardtanh.default, accepts=_FLOATING)
def hardtanh(context: Context, *, input: Value, min_val: float, max_val: float) -> Value:
    """Limit x to min_val..max_val."""
    if (min_val, max_val) == (0, 6):
        return relu6(context, input=input)
    return input.stored_alike(tf.minimum(tf.maximum(input.tensor, min_val), max_val))


@FAMILY.rule(aten.hardsigmoid.default, accepts=_FLOATING)
def hardsigmoid(context: Context, *, input: Value) -> Value:
    """Limit x + 3 to 0..6 and divide it by 6."""
    return input.stored_alike(tf.nn.relu6(input.tensor + 3) / 6)


@FAMILY.rule(aten.hardswish.default, accepts=_FLOATING)
def hardswish(context: Context, *, input: Value) -> Value:
    """Return x times its hard sigmoid."""
    return input.stored_alike(input.tensor * tf.nn.relu6(input.tensor + 3) / 6)
