"""Resizing of images: every mode and option, since torch itself tells what each output pixel is made of."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, rank_is
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.rules.convolution import has_static_image_size
from trainers.export.torch_to_tf.rules.gathering import take

aten = torch.ops.aten
FAMILY = Family()

_CHECKS = [rank_is(4), has_static_image_size, is_floating("input")]
_NEAREST = (aten.upsample_nearest2d.vec, aten._upsample_nearest_exact2d.vec)
_WEIGHTED = (
    aten.upsample_bilinear2d.vec,
    aten.upsample_bicubic2d.vec,
    aten._upsample_bilinear2d_aa.vec,
    aten._upsample_bicubic2d_aa.vec,
)
_PROBE_WIDTH = 3
"""torch's antialiasing (seen in 2.14) gives wrong numbers for images that are one pixel wide."""

Size = Sequence[int] | None
Factors = Sequence[float] | None


def _along_height(index: int, output_size: Size, scale_factors: Factors, *, width: int) -> tuple[Size, Factors]:
    """Return the size arguments that resize only the height of a probe, as one axis is to be resized."""
    size = None if output_size is None else [output_size[index], width]
    factors = None if scale_factors is None else [scale_factors[index], 1.0]
    return size, factors


def _nearest(target: torch._ops.OpOverload) -> Convert:
    def convert(context: Context, *, input: Value, output_size: Size, scale_factors: Factors) -> Value:
        images = context.channels_last(input)
        height, width = int(images.shape[1]), int(images.shape[2])

        def positions(ramp: torch.Tensor) -> torch.Tensor:
            return target(ramp.expand(1, 1, height, width).contiguous(), output_size, scale_factors)[0, 0]

        # torch rounds in the images' type, and by other formulas for small images than for large ones (seen in 2.14).
        dtype = context.result.dtype
        rows = positions(torch.arange(height, dtype=dtype).reshape(-1, 1))[:, 0]
        columns = positions(torch.arange(width, dtype=dtype))[0]
        return Value(take(images, rows.long().tolist(), columns.long().tolist()), channels_last=True)

    return convert


def _weighted(target: torch._ops.OpOverload) -> Convert:
    def convert(
        context: Context, *, input: Value, output_size: Size, align_corners: bool, scale_factors: Factors
    ) -> Value:
        images = context.channels_last(input)
        for axis, equation in ((0, "oi,niwc->nowc"), (1, "oi,nhic->nhoc")):
            extent = int(images.shape[axis + 1])
            # One channel for each input pixel, lit there only: the op answers with that pixel's share in each output.
            impulses = torch.eye(extent, dtype=torch.float64).reshape(1, extent, extent, 1)
            impulses = impulses.repeat(1, 1, 1, _PROBE_WIDTH)
            size, factors = _along_height(axis, output_size, scale_factors, width=_PROBE_WIDTH)
            shares = target(impulses, size, align_corners, factors)[0, :, :, 0].t()
            images = tf.einsum(equation, tf.constant(shares.numpy(), images.dtype), images)
        return Value(images, channels_last=True)

    return convert


for _target in _NEAREST:
    FAMILY.rule(_target, accepts=_CHECKS)(_nearest(_target))
for _target in _WEIGHTED:
    FAMILY.rule(_target, accepts=_CHECKS)(_weighted(_target))
