"""Ops that take out part of a value."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_constant, static_axis
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value, without_axes
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family()

_INDEX_TYPES = (torch.int64, torch.int32)


def _slices_known_axis(call: Call) -> str | None:
    return None if _takes_everything(call) else static_axis()(call)


def _takes_everything(call: Call) -> bool:
    start, end, step = (call.arguments[name] for name in ("start", "end", "step"))
    return start in (None, 0) and step == 1 and (end is None or (isinstance(end, int) and end >= 2**31 - 1))


def _has_one_fixed_index(call: Call) -> str | None:
    given = [index for index in call.arguments["indices"] if index is not None]
    if len(given) != 1 or given[0] not in call.constants or given[0].meta["val"].dtype not in _INDEX_TYPES:
        return (
            "carried is one index of integers that does not depend on the input; use slices, or torch.where for a mask"
        )
    axis = call.arguments["indices"].index(given[0])
    return "it indexes the batch axis; carried are the other axes only" if call.extent("input", axis) is None else None


@FAMILY.rule(aten.slice.Tensor, accepts=[_slices_known_axis])
def slice_axis(context: Context, *, input: Value, dim: int, start: int | None, end: int | None, step: int) -> Value:
    """Take every step-th position from start to end along an axis."""
    position = input.position(dim)
    tensor = input.tensor[(slice(None),) * position + (slice(start, end, step),)]
    return input.stored_alike(tensor)


@FAMILY.rule(aten.select.int, accepts=[static_axis()])
def select(context: Context, *, input: Value, dim: int, index: int) -> Value:
    """Take one position of an axis and drop the axis."""
    position = input.position(dim)
    # A number as an index drops the axis; -1 counts from the end in both frameworks.
    tensor = input.tensor[(slice(None),) * position + (index,)]
    return without_axes(input, tensor, [dim % input.rank])


@FAMILY.rule(aten.index_select.default, accepts=[static_axis(), is_constant("index")])
def select_positions(context: Context, *, input: Value, dim: int, index: Constant) -> Value:
    """Take some positions of an axis, in the given order."""
    return input.stored_alike(tf.gather(input.tensor, context.weight(index), axis=input.position(dim)))


@FAMILY.rule(aten.index.Tensor, accepts=[_has_one_fixed_index])
def gather(context: Context, *, input: Operand, indices: Sequence[Constant | None]) -> Value:
    """Replace one axis by the shape of an index into it."""
    axis, index = next((axis, index) for axis, index in enumerate(indices) if index is not None)
    tensor = context.logical(input)
    # TensorFlow does not count negative indices from the end.
    positive = context.derive(index, index.tensor % int(tensor.shape[axis]), "positive")
    return Value(tf.gather(tensor, context.weight(positive), axis=axis))


@FAMILY.rule(
    aten.embedding.default, accepts=[is_constant("weight")], implied=["padding_idx", "scale_grad_by_freq", "sparse"]
)
def embed(context: Context, *, weight: Constant, indices: Value) -> Value:
    """Look up rows of a table; indices are in 0..rows - 1."""
    return Value(tf.gather(context.weight(weight), context.logical(indices)))
