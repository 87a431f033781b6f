"""Reading and writing at positions that integer tensors, or masks, name along several axes at once."""

from collections.abc import Iterator, Sequence
from typing import Any

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.symbolic import static_shape

aten = torch.ops.aten
FAMILY = Family()

_INDEX_TYPES = (torch.int64, torch.int32)
Indices = Sequence[Operand | None]


def _indexes_by_integers(call: Call) -> str | None:
    given = [index for index in call.arguments["indices"] if index is not None]
    if any(index.meta["val"].dtype not in _INDEX_TYPES for index in given):
        return "an index holds no integers; use slices, or torch.where for a mask"
    return None


def _finds_the_images_by_what_they_hold(call: Call) -> str | None:
    first = call.arguments["indices"][0]
    fixed = first is not None and call.extent("input", 0) is None and first in call.constants
    return "it indexes the batch axis by fixed positions; carried are the other axes only" if fixed else None


def _masks_one_number(call: Call) -> str | None:
    """Accept fixed indices, integers, and one computed mask under which the same is written everywhere."""
    given = [index for index in call.arguments["indices"] if index is not None]
    if not any(_is_computed_mask(call, index) for index in given):
        return None
    before = call.arguments["indices"].index(given[0])
    after = len(call.result.shape) - before - len(given[0].meta["val"].shape)
    values = static_shape(call.shape("values"))
    is_one_number = all(extent == 1 for extent in values)
    if len(given) > 1 or call.arguments["accumulate"] or not (is_one_number or len(values) <= after):
        return "how much it writes depends on a computed mask; use torch.where"
    return None


def _is_computed_mask(call: Call, index: Any) -> bool:
    return index.meta["val"].dtype not in _INDEX_TYPES and index not in call.constants


@FAMILY.rule(aten.index.Tensor, accepts=[_indexes_by_integers, _finds_the_images_by_what_they_hold])
def read(context: Context, *, input: Operand, indices: Indices) -> Value:
    """Replace axes by the broadcast shape of the indices into them: where they were, or in front if they were apart."""
    tensor = context.logical(input)
    positions = dict(_positions(context, tensor, indices))
    axes = list(positions)
    if len(axes) == 1:
        return Value(tf.gather(tensor, positions[axes[0]], axis=axes[0]))
    coordinates = _coordinates(list(positions.values()))
    result = tf.gather_nd(tf.transpose(tensor, _in_front(axes, tensor)), coordinates)
    return Value(tf.transpose(result, _result_order(axes, coordinates.shape.rank - 1, result.shape.rank)))


@FAMILY.rule(aten.index_put.default, accepts=[_finds_the_images_by_what_they_hold, _masks_one_number])
def write(context: Context, *, input: Operand, indices: Indices, values: Operand, accumulate: bool) -> Value:
    """Put values, or add them, at the positions that `read` would read."""
    tensor, source = context.logical(input), tf.cast(context.logical(values), context.dtype)
    for axis, mask in enumerate(indices):
        if isinstance(mask, Value) and mask.tensor.dtype == tf.bool:
            return Value(_write_under(context.logical(mask), tensor, source, before=axis))
    positions = dict(_positions(context, tensor, indices))
    axes, coordinates = list(positions), _coordinates(list(positions.values()))
    front = _in_front(axes, tensor)
    order = _result_order(axes, coordinates.shape.rank - 1, coordinates.shape.rank - 1 + tensor.shape.rank - len(axes))
    shape = tf.concat([tf.shape(coordinates)[:-1], tf.gather(tf.shape(tensor), front[len(axes) :])], 0)
    updates = tf.transpose(tf.broadcast_to(source, tf.gather(shape, order)), _inverse(order))
    scatter = tf.tensor_scatter_nd_add if accumulate else tf.tensor_scatter_nd_update
    return Value(tf.transpose(scatter(tf.transpose(tensor, front), coordinates, updates), _inverse(front)))


def _write_under(mask: tf.Tensor, tensor: tf.Tensor, source: tf.Tensor, *, before: int) -> tf.Tensor:
    """Write the same under a mask, whose axes begin after so many of the tensor's."""
    for _ in range(tensor.shape.rank - before - mask.shape.rank):
        mask = tf.expand_dims(mask, -1)
    if source.shape.num_elements() == 1:
        source = tf.reshape(source, [])
    return tf.where(mask, source, tensor)


def _positions(context: Context, tensor: tf.Tensor, indices: Indices) -> Iterator[tuple[int, tf.Tensor]]:
    """Yield each indexed axis and the positions along it, counted from the start; fixed masks become positions."""
    axis = 0
    for index in indices:
        if isinstance(index, Constant) and index.tensor.dtype not in _INDEX_TYPES:
            for along in index.tensor.bool().nonzero(as_tuple=True):
                yield axis, tf.constant(along.numpy(), tf.int64)
                axis += 1
            continue
        if index is not None:
            extent = tensor.shape[axis] or tf.cast(tf.shape(tensor)[axis], tf.int64)
            yield axis, _from_the_start(context, index, extent)
        axis += 1


def _from_the_start(context: Context, index: Operand, extent: int | tf.Tensor) -> tf.Tensor:
    """Count negative positions from the end, which TensorFlow does not."""
    if isinstance(index, Constant):
        return context.weight(context.derive(index, index.tensor.long() % extent, f"positive_{extent}"))
    positions = tf.cast(context.logical(index), tf.int64)
    return tf.where(positions < 0, positions + extent, positions)


def _coordinates(positions: Sequence[tf.Tensor]) -> tf.Tensor:
    """Broadcast the positions along each axis and stack them."""
    zeros = tf.zeros_like(sum(positions))
    return tf.stack([one + zeros for one in positions], -1)


def _in_front(axes: Sequence[int], tensor: tf.Tensor) -> list[int]:
    return [*axes, *(axis for axis in range(tensor.shape.rank) if axis not in axes)]


def _result_order(axes: Sequence[int], added: int, rank: int) -> list[int]:
    """Return how to reorder the indices' axes and the others to where torch puts them."""
    if list(axes) != list(range(axes[0], axes[-1] + 1)):
        return list(range(rank))
    before = axes[0]
    return [*range(added, added + before), *range(added), *range(added + before, rank)]


def _inverse(order: Sequence[int]) -> list[int]:
    return sorted(range(len(order)), key=order.__getitem__)
