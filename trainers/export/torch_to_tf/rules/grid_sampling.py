"""Sampling of images at computed places, as in spatial transformers."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, rank_is
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.shape_checks import has_static_image_size

aten = torch.ops.aten
FAMILY = Family()

_BILINEAR, _NEAREST, _BICUBIC = range(3)
_ZEROS, _BORDER, _REFLECTION = range(3)
_CUBIC = -0.75
"""torch's coefficient of the cubic kernel."""

_Tap = tuple[tf.Tensor, tf.Tensor]
"""Whole-numbered place along an axis, and the share of the pixel there."""


@FAMILY.rule(aten.grid_sampler_2d.default, accepts=[rank_is(4), has_static_image_size, is_floating("input", "grid")])
def sample(
    context: Context,
    *,
    input: Operand,
    grid: Operand,
    interpolation_mode: int,
    padding_mode: int,
    align_corners: bool,
) -> Value:
    """Read images at places (x, y), of which -1 and 1 are the edges, or the centres of the outermost pixels."""
    images, places = context.channels_last(input), context.logical(grid)
    _, height, width, channels = images.shape
    pixels = tf.reshape(images, [-1, height * width, channels])
    along = [
        _taps(places[..., axis], extent, interpolation_mode, padding_mode, align_corners)
        for axis, extent in ((1, height), (0, width))
    ]
    total = tf.zeros([], images.dtype)
    for row, row_share in along[0]:
        for column, column_share in along[1]:
            share = tf.expand_dims(row_share * column_share, -1)
            total = total + _read(pixels, row, column, (height, width)) * share
    return Value(total, channels_last=True)


def _taps(places: tf.Tensor, extent: int, mode: int, padding: int, align_corners: bool) -> list[_Tap]:
    """Return the pixels along one axis that make up the result, and their shares."""
    at = (places + 1) / 2 * (extent - 1) if align_corners else ((places + 1) * extent - 1) / 2
    if mode == _BICUBIC:
        first = tf.floor(at)
        pixels = [_inside(first + step, extent, padding, align_corners) for step in (-1, 0, 1, 2)]
        return list(zip(pixels, _cubic_shares(at - first), strict=True))
    at = _inside(at, extent, padding, align_corners)
    if mode == _NEAREST:
        return [(tf.round(at), tf.ones_like(at))]
    first = tf.floor(at)
    return [(first, 1 - (at - first)), (first + 1, at - first)]


def _inside(at: tf.Tensor, extent: int, padding: int, align_corners: bool) -> tf.Tensor:
    """Bring places outside of the image to its border, or reflect them; with zeros they stay."""
    if padding == _ZEROS:
        return at
    if padding == _REFLECTION:
        low, span = (0.0, extent - 1.0) if align_corners else (-0.5, float(extent))
        if span == 0:
            return tf.zeros_like(at)
        distance = tf.abs(at - low)
        rest = tf.math.floormod(distance, span)
        is_flipped = tf.math.floormod(tf.floor(distance / span), 2) != 0
        at = tf.where(is_flipped, span - rest, rest) + low
    return tf.clip_by_value(at, 0, extent - 1)


def _cubic_shares(t: tf.Tensor) -> list[tf.Tensor]:
    """Return the shares of the two pixels before and after a place."""

    def near(x: tf.Tensor) -> tf.Tensor:
        return ((_CUBIC + 2) * x - (_CUBIC + 3)) * x * x + 1

    def far(x: tf.Tensor) -> tf.Tensor:
        return ((_CUBIC * x - 5 * _CUBIC) * x + 8 * _CUBIC) * x - 4 * _CUBIC

    return [far(t + 1), near(t), near(1 - t), far(2 - t)]


def _read(pixels: tf.Tensor, row: tf.Tensor, column: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    """Return the pixels at whole-numbered places, 0 outside."""
    height, width = size
    is_in = (row >= 0) & (row <= height - 1) & (column >= 0) & (column <= width - 1)
    row, column = (tf.cast(tf.where(is_in, place, tf.zeros_like(place)), tf.int32) for place in (row, column))
    taken = tf.gather(pixels, row * width + column, axis=1, batch_dims=1)
    return tf.where(tf.expand_dims(is_in, -1), taken, tf.zeros([], pixels.dtype))
