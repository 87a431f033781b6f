"""Padding by a constant, or by what the image itself holds."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import number
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating, is_value
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.gathering import source_positions

aten = torch.ops.aten
FAMILY = Family(free_size=True)

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
    tensor = input.tensor
    for index in range(len(pad) // 2):
        before, after = pad[2 * index : 2 * index + 2]
        if before or after:
            axis = input.position(-1 - index)
            positions = _positions(tensor.shape[axis] or tf.shape(tensor)[axis], before, after, mode)
            tensor = tf.gather(tensor, positions, axis=axis)
    return input.stored_alike(tensor)


def _positions(extent: int | tf.Tensor, before: int, after: int, mode: str) -> tf.Tensor:
    """Return which position each one of a padded axis is copied from: as torch says, where the extent is known."""
    if isinstance(extent, int):
        margins = [0, 0, before, after]
        return tf.constant(
            source_positions(extent, lambda ramp: torch.nn.functional.pad(ramp, margins, mode), torch.float64), tf.int32
        )
    if mode == "circular":
        # Torch crops first, and what is left goes around.
        kept = extent + min(before, 0) + min(after, 0)
        return tf.math.floormod(tf.range(-max(before, 0), kept + max(after, 0)), kept) - min(before, 0)
    wanted = tf.range(-before, extent + after)
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
