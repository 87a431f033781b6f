"""Ops that change the shape of a value and not its elements: reshapes, new axes, repetition."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import static_axis
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.shape_checks import has_computable_extents, has_reshapable_extents
from trainers.export.torch_to_tf.symbolic import Extent, static_shape

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _keeps_batch_axis(call: Call) -> str | None:
    """Accept squeezes of axes whose extents are known; torch's decomposition of squeeze() names all axes."""
    if "dim" in call.arguments and static_axis()(call) is None:
        return None
    if None in static_shape(call.shape("input")):
        return "squeeze() would drop the batch axis of a single image; name the axis, for example squeeze(2)"
    return None


@FAMILY.rule(aten.view.default, aten._unsafe_view.default, accepts=[has_reshapable_extents], implied=["size"])
@FAMILY.rule(aten.reshape.default, accepts=[has_reshapable_extents], implied=["shape"])
@FAMILY.rule(aten.flatten.using_ints, accepts=[has_reshapable_extents], implied=["start_dim", "end_dim"])
@FAMILY.rule(aten.unflatten.int, accepts=[has_reshapable_extents], implied=["dim", "sizes"])
@FAMILY.rule(aten.unsqueeze.default, accepts=[has_reshapable_extents], implied=["dim"])
@FAMILY.rule(aten.squeeze.default, accepts=[_keeps_batch_axis])
@FAMILY.rule(aten.squeeze.dim, aten.squeeze.dims, accepts=[_keeps_batch_axis, has_reshapable_extents], implied=["dim"])
def reshape(context: Context, *, input: Value) -> Value:
    """Lay the elements out in the exported shape, in torch's order of axes."""
    return context.reshape(context.logical(input))


@FAMILY.rule(aten.expand.default, accepts=[has_computable_extents], implied=["size"])
def expand(context: Context, *, input: Operand) -> Value:
    """Repeat axes of extent 1, and put new axes in front."""
    return Value(tf.broadcast_to(context.logical(input), context.shape))


@FAMILY.rule(aten.repeat.default, accepts=[has_computable_extents], symbolic=["repeats"])
def repeat(context: Context, *, input: Operand, repeats: Sequence[Extent]) -> Value:
    """Lay out copies side by side, so many along each axis."""
    tensor = context.logical(input)
    for _ in range(len(repeats) - tensor.shape.rank):
        tensor = tf.expand_dims(tensor, 0)
    return Value(tf.tile(tensor, tf.stack([context.extent(count) for count in repeats])))
