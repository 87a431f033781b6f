"""Two-dimensional transposed convolutions (the gradient of a convolution by its input)."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_constant, is_floating, rank_is
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.extents import extent_of
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.window import pair
from trainers.export.torch_to_tf.shape_checks import has_size_per_image

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(
    aten.conv_transpose2d.input,
    accepts=[rank_is(4), has_size_per_image, is_constant("weight", "bias"), is_floating("input")],
)
def convolve_transposed(
    context: Context,
    *,
    input: Value,
    weight: Constant,
    bias: Constant | None,
    stride: int | Sequence[int],
    padding: int | Sequence[int],
    output_padding: int | Sequence[int],
    groups: int,
    dilation: int | Sequence[int],
) -> Value:
    """Spread each pixel over a kernel of torch's order [in, out / groups, height, width]; padding crops the result."""
    images = context.channels_last(input)
    kernel = _dilate(context.weight(weight, "HWOI", lambda tensor: tensor.permute(2, 3, 1, 0)), pair(dilation))
    steps = pair(stride)
    uncropped = [(extent_of(images, axis + 1) - 1) * steps[axis] + int(kernel.shape[axis]) for axis in (0, 1)]
    output_shape = tf.stack([tf.shape(images)[0], *uncropped, int(weight.tensor.shape[1])])
    parts = [
        tf.nn.conv2d_transpose(*part, output_shape, [1, *steps, 1], "VALID")
        for part in zip(tf.split(images, groups, -1), tf.split(kernel, groups, -1), strict=True)
    ]
    result = tf.concat(parts, -1) if groups > 1 else parts[0]
    result = _crop(result, uncropped, pair(padding), pair(output_padding))
    return Value(result if bias is None else tf.nn.bias_add(result, context.weight(bias)), channels_last=True)


def _dilate(kernel_HWOI: tf.Tensor, dilation: tuple[int, int]) -> tf.Tensor:
    """Put zeros between the rows and columns of a kernel: TensorFlow's op takes no dilation on a CPU."""
    for axis, spread in enumerate(dilation):
        if spread > 1:
            extents = kernel_HWOI.shape.as_list()
            spaced = tf.pad(
                tf.expand_dims(kernel_HWOI, axis + 1), [(0, spread - 1 if at == axis + 1 else 0) for at in range(5)]
            )
            whole = tf.reshape(spaced, [*extents[:axis], extents[axis] * spread, *extents[axis + 1 :]])
            kernel_HWOI = tf.split(whole, [(extents[axis] - 1) * spread + 1, spread - 1], axis)[0]
    return kernel_HWOI


def _crop(
    images: tf.Tensor, extents: Sequence[int | tf.Tensor], padding: tuple[int, int], output_padding: tuple[int, int]
) -> tf.Tensor:
    """Cut `padding` pixels off each side, less `output_padding` at the end; pad where that asks for more."""
    missing = [(0, max(0, extra - cut)) for cut, extra in zip(padding, output_padding, strict=True)]
    if missing != [(0, 0), (0, 0)]:
        images = tf.pad(images, [(0, 0), *missing, (0, 0)])
    rows, columns = (
        slice(cut, extent - cut + extra) for extent, cut, extra in zip(extents, padding, output_padding, strict=True)
    )
    return images[:, rows, columns, :]
