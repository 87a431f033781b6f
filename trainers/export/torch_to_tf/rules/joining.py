"""Ops that join several values into one or cut one into several."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import static_axis
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.symbolic import static_shape

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _has_alike_parts(call: Call) -> str | None:
    shapes = [part.meta["val"].shape for part in call.arguments["tensors"]]
    ranks = {len(shape) for shape in shapes if 0 not in static_shape(shape)}
    return f"it joins tensors with {sorted(ranks)} axes; give all of them the same" if len(ranks) > 1 else None


@FAMILY.rule(aten.cat.default, accepts=[_has_alike_parts])
def concatenate(context: Context, *, tensors: Sequence[Operand], dim: int) -> Value:
    """Join values along an axis that they have."""
    channels_last = any(isinstance(part, Value) and part.channels_last for part in tensors)
    parts = [
        tf.cast(context.channels_last(part) if channels_last else context.logical(part), context.dtype)
        for part in tensors
        # Empty parts are never computed.
        if isinstance(part, Value | Constant)
    ]
    # An empty value in the result's layout knows where an axis is stored.
    position = Value(parts[0], channels_last).position(dim)
    return Value(tf.concat(parts, position), channels_last)


@FAMILY.rule(aten.stack.default)
def stack(context: Context, *, tensors: Sequence[Operand], dim: int) -> Value:
    """Join values along a new axis."""
    return Value(tf.stack([tf.cast(context.logical(part), context.dtype) for part in tensors], dim % context.rank))


@FAMILY.rule(aten.split_with_sizes.default, accepts=[static_axis()])
def split_with_sizes(context: Context, *, input: Value, split_sizes: Sequence[int], dim: int) -> tuple[Value, ...]:
    """Cut an axis into parts of these extents."""
    parts = tf.split(input.tensor, list(split_sizes), input.position(dim))
    return tuple(input.stored_alike(part) for part in parts)


@FAMILY.rule(aten.split.Tensor, accepts=[static_axis()], implied=["split_size"])
@FAMILY.rule(aten.chunk.default, accepts=[static_axis()], implied=["chunks"])
def split(context: Context, *, input: Value, dim: int) -> tuple[Value, ...]:
    """Cut an axis into the parts that torch.export recorded: equal ones, but for the last."""
    sizes = [int(part.shape[dim]) for part in context.result]
    return split_with_sizes(context, input=input, split_sizes=sizes, dim=dim)


@FAMILY.rule(aten.unbind.int, accepts=[static_axis()])
def unbind(context: Context, *, input: Value, dim: int) -> tuple[Value, ...]:
    """Cut an axis into its positions and drop it."""
    tensor = context.logical(input)
    return tuple(Value(part) for part in tf.unstack(tensor, axis=dim % input.rank))
