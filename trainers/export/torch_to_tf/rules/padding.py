"""Padding by a constant, or by what the image itself holds."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import number
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating, is_value
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.extents import extent_of
from trainers.export.torch_to_tf.layout import IMAGE_RANK, Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.gathering import source_positions, take

aten = torch.ops.aten
FAMILY = Family(free_size=True)

_IMAGE_MARGINS = 4
_MODES = ("constant", "reflect", "replicate", "circular")


def _pads_axes_of_one_image(call: Call) -> str | None:
    padded = len(call.arguments["pad"]) // 2
    depends = any(call.depends_on_batch(extent) for extent in call.shape("input")[-padded:]) if padded else False
    return "it pads the batch axis; carried are the other axes only" if depends else None


@FAMILY.rule(
    aten.pad.default,
    accepts=[is_value("mode", *_MODES), is_floating("input"), _pads_axes_of_one_image],
)
def pad(context: Context, *, input: Value, pad: Sequence[int], mode: str, value: float | None) -> Value:
    """Pad, or crop where negative, the last axes: [before, after] of the last one first."""
    if mode == "constant":
        return pad_by_constant(context, input=input, pad=pad, value=value or 0)
    if (input.rank, len(pad)) != (IMAGE_RANK, _IMAGE_MARGINS):
        return _pad_each_axis(input, pad, mode)
    images = context.channels_last(input)
    (left, right), (top, bottom) = pad[:2], pad[2:]
    if None in images.shape[1:3]:
        for axis, (before, after) in ((1, (top, bottom)), (2, (left, right))):
            positions = _positions(extent_of(images, axis), before, after, mode)
            images = tf.gather(images, positions, axis=axis)
        return Value(images, channels_last=True)

    def taken(extent: int, before: int, after: int) -> list[int]:
        def op(ramp: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.pad(ramp, [0, 0, before, after], mode)

        return source_positions(extent, op, context.result.dtype)

    rows, columns = taken(images.shape[1], top, bottom), taken(images.shape[2], left, right)
    return Value(take(images, rows, columns), channels_last=True)


def _pad_each_axis(input: Value, pad: Sequence[int], mode: str) -> Value:
    """Pad by what the value holds, whatever its rank and the number of padded axes."""
    tensor = input.tensor
    for index in range(len(pad) // 2):
        axis = input.position(-1 - index)
        before, after = pad[2 * index : 2 * index + 2]
        tensor = tf.gather(tensor, _positions(extent_of(tensor, axis), before, after, mode), axis=axis)
    return input.stored_alike(tensor)


def _positions(extent: int | tf.Tensor, before: int, after: int, mode: str) -> tf.Tensor:
    """Return which position each one of a padded axis is copied from, where the extent is not known yet."""
    wanted = tf.range(-before, extent + after)
    if mode == "circular":
        return tf.math.floormod(wanted, extent)
    if mode == "replicate":
        return tf.clip_by_value(wanted, 0, extent - 1)
    return extent - 1 - tf.abs(extent - 1 - tf.abs(wanted))


@FAMILY.rule(aten.constant_pad_nd.default, accepts=[is_floating("input"), _pads_axes_of_one_image])
def pad_by_constant(context: Context, *, input: Value, pad: Sequence[int], value: float) -> Value:
    """Pad, or crop where negative, the last axes: [before, after] of the last one first."""
    margins = [(0, 0)] * input.rank
    cuts = [slice(None)] * input.rank
    for index in range(len(pad) // 2):
        before, after = pad[2 * index], pad[2 * index + 1]
        position = input.position(-1 - index)
        margins[position] = (max(before, 0), max(after, 0))
        cuts[position] = slice(max(-before, 0), min(after, 0) or None)
    tensor = input.tensor[tuple(cuts)]
    if any(any(margin) for margin in margins):
        tensor = tf.pad(tensor, margins, constant_values=number(value, tensor.dtype))
    return input.stored_alike(tensor)
