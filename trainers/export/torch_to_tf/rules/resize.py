"""Resizing of images: every mode and option, since torch itself tells what each output pixel is made of."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating, rank_is
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.rules.gathering import take
from trainers.export.torch_to_tf.rules.run_time_resize import interpolate_linearly, take_nearest
from trainers.export.torch_to_tf.shape_checks import has_computable_extents, has_size_per_image, has_static_image_size

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _resizes_per_image(call: Call) -> str | None:
    """Accept sizes that do not depend on the batch size."""
    depends = any(call.depends_on_batch(extent) for extent in call.result.shape[-2:])
    return "`output_size` depends on the batch size; compute it per image" if depends else None


def _resizes_to_static_size(call: Call) -> str | None:
    free = any(call.depends_on_size(extent) for extent in call.result.shape[-2:])
    return NEEDS_FIXED_SIZE if free else None


def _takes_the_same_pixels_at_every_size(call: Call) -> str | None:
    """Accept free sizes with a factor that no rounding blurs.

    torch rounds the places of the others by one formula in small images and by another in large ones (seen in 2.14).
    """
    if not any(call.depends_on_size(extent) for extent in call.result.shape[-2:]):
        return None
    factors = call.arguments["scale_factors"] or ()
    is_whole = all(float(factor).is_integer() or (1 / factor).is_integer() for factor in factors)
    return None if is_whole else f"`scale_factor` {factors} is neither n nor 1/n, so {NEEDS_FIXED_SIZE}"


_CHECKS = [rank_is(4), has_size_per_image, is_floating("input"), _resizes_per_image, has_computable_extents]
_NEAREST = (aten.upsample_nearest2d.vec, aten._upsample_nearest_exact2d.vec)
_WEIGHTED = (
    aten.upsample_bilinear2d.vec,
    aten.upsample_bicubic2d.vec,
    aten._upsample_bilinear2d_aa.vec,
    aten._upsample_bicubic2d_aa.vec,
)
_AT_RUN_TIME = (aten.upsample_bilinear2d.vec,)
"""Those among them for which `run_time_resize` has the formula."""
_PROBE_WIDTH = 3
"""torch's antialiasing (seen in 2.14) gives wrong numbers for images that are one pixel wide."""

Size = Sequence[int] | None
Factors = Sequence[float] | None


def _along_height(index: int, output_size: Size, scale_factors: Factors, *, width: int) -> tuple[Size, Factors]:
    """Return the size arguments that resize only the height of a probe, as one axis is to be resized."""
    size = None if output_size is None else [output_size[index], width]
    factors = None if scale_factors is None else [scale_factors[index], 1.0]
    return size, factors


def _is_free(context: Context, images_NHWC: tf.Tensor) -> bool:
    """Tell whether a height or width, before or after, is known only when the graph runs."""
    return None in images_NHWC.shape[1:3] or any(tf.is_tensor(extent) for extent in context.shape[2:])


def _nearest(target: torch._ops.OpOverload) -> Convert:
    def convert(context: Context, *, input: Value, output_size: Size, scale_factors: Factors) -> Value:
        images = context.channels_last(input)
        if _is_free(context, images):
            for axis, outputs in ((1, context.shape[2]), (2, context.shape[3])):
                factor = scale_factors[axis - 1] if scale_factors else None
                is_exact = target is aten._upsample_nearest_exact2d.vec
                images = take_nearest(images, axis, outputs, factor, exact=is_exact)
            return Value(images, channels_last=True)
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
        if _is_free(context, images):
            for axis, outputs in ((1, context.shape[2]), (2, context.shape[3])):
                factor = scale_factors[axis - 1] if scale_factors else None
                images = interpolate_linearly(images, axis, outputs, factor, align_corners=align_corners)
            return Value(images, channels_last=True)
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
    FAMILY.rule(_target, accepts=[*_CHECKS, _takes_the_same_pixels_at_every_size], symbolic=["output_size"])(
        _nearest(_target)
    )
for _target in _WEIGHTED:
    _checks = _CHECKS if _target in _AT_RUN_TIME else [*_CHECKS, has_static_image_size, _resizes_to_static_size]
    FAMILY.rule(_target, accepts=_checks, symbolic=["output_size"])(_weighted(_target))
