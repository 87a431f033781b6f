"""Two-dimensional convolutions, dense, grouped and depthwise."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_constant, is_floating, is_value, rank_is
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.window import Window, pad_images, pair
from trainers.export.torch_to_tf.shape_checks import has_size_per_image

aten = torch.ops.aten
FAMILY = Family(free_size=True)

Pair = int | Sequence[int]

_CHECKS = [rank_is(4), has_size_per_image, is_constant("weight", "bias"), is_floating("input")]


@FAMILY.rule(aten.conv2d.default, accepts=_CHECKS)
def convolve(
    context: Context,
    *,
    input: Value,
    weight: Constant,
    bias: Constant | None,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Value:
    """Convolve images with a kernel of torch's order [out, in / groups, height, width]."""
    top, left = pair(padding)
    pads = [(top, top), (left, left)]
    return _convolve(context, input, weight, bias, windows=_windows(weight, stride, dilation, pads), groups=groups)


@FAMILY.rule(aten.conv2d.padding, accepts=[*_CHECKS, is_value("padding", "valid", "same")])
def convolve_with_named_padding(
    context: Context,
    *,
    input: Value,
    weight: Constant,
    bias: Constant | None,
    stride: Pair,
    padding: str,
    dilation: Pair,
    groups: int,
) -> Value:
    """Convolve without padding (valid), or at stride 1 with as much as keeps the size (same)."""
    totals = [
        step * (size - 1) if padding == "same" else 0
        for step, size in zip(pair(dilation), weight.tensor.shape[2:], strict=True)
    ]
    pads = [(total // 2, total - total // 2) for total in totals]
    return _convolve(context, input, weight, bias, windows=_windows(weight, stride, dilation, pads), groups=groups)


@FAMILY.rule(
    aten.conv1d.default,
    accepts=[rank_is(3), has_size_per_image, is_constant("weight", "bias"), is_floating("input")],
)
def convolve_sequences(
    context: Context,
    *,
    input: Value,
    weight: Constant,
    bias: Constant | None,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Value:
    """Convolve sequences [N, C, L] as images that are one pixel high."""
    images = Value(tf.expand_dims(tf.transpose(context.logical(input), [0, 2, 1]), 1), channels_last=True)
    step, margin, spread = (pair(argument)[0] for argument in (stride, padding, dilation))
    result = convolve(
        context,
        input=images,
        weight=context.derive(weight, weight.tensor.unsqueeze(2), "images"),
        bias=bias,
        stride=[1, step],
        padding=[0, margin],
        dilation=[1, spread],
        groups=groups,
    )
    return Value(tf.transpose(tf.squeeze(result.tensor, 1), [0, 2, 1]))


@FAMILY.rule(
    aten.convolution.default,
    accepts=[*_CHECKS, is_value("transposed", False)],
    implied=["transposed", "output_padding"],
)
def convolve_in_general_form(
    context: Context,
    *,
    input: Value,
    weight: Constant,
    bias: Constant | None,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Value:
    """Convolve: what torch's decompositions call instead of conv2d."""
    return convolve(
        context,
        input=input,
        weight=weight,
        bias=bias,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )


def _windows(weight: Constant, stride: Pair, dilation: Pair, pads: Sequence[tuple[int, int]]) -> tuple[Window, Window]:
    rows, columns = (
        Window(size=int(size), stride=step, dilation=spread, padding_before=before, padding_after=after)
        for size, step, spread, (before, after) in zip(
            weight.tensor.shape[2:], pair(stride), pair(dilation), pads, strict=True
        )
    )
    return rows, columns


def _convolve(
    context: Context,
    input: Value,
    weight: Constant,
    bias: Constant | None,
    *,
    windows: tuple[Window, Window],
    groups: int,
) -> Value:
    rows, columns = windows
    images, padding = pad_images(context.channels_last(input), rows, columns)
    strides = [1, rows.stride, columns.stride, 1]
    if _is_plain_depthwise(weight, windows, groups):
        kernel = context.weight(weight, f"HWIM_{groups}_groups", lambda tensor: _depthwise_order(tensor, groups))
        result = tf.nn.depthwise_conv2d(images, kernel, strides, padding)
    else:
        # TensorFlow takes the number of groups from the shapes.
        kernel = context.weight(weight, "HWIO", lambda tensor: tensor.permute(2, 3, 1, 0))
        result = tf.nn.conv2d(images, kernel, strides, padding, dilations=[1, rows.dilation, columns.dilation, 1])
        if groups > 1:
            return Value(_add_unfused(context, result, bias), channels_last=True)
    return Value(result if bias is None else tf.nn.bias_add(result, context.weight(bias)), channels_last=True)


def _add_unfused(context: Context, images_NHWC: tf.Tensor, bias: Constant | None) -> tf.Tensor:
    """Add a bias as a subtraction of its negative.

    TensorFlow fuses convolution, addition and activation into one op, which then refuses groups when it runs (seen in
    2.21); it leaves subtractions alone.
    """
    if bias is None:
        return images_NHWC
    return images_NHWC - context.weight(bias, "negated", torch.neg)


def _is_plain_depthwise(weight: Constant, windows: tuple[Window, Window], groups: int) -> bool:
    """Tell whether TensorFlow's depthwise op is right for a convolution.

    It needs equal strides, and with stride and dilation both above 1 it gives wrong numbers (seen in 2.21); a grouped
    convolution is right there too, only slower.
    """
    rows, columns = windows
    has_one_input_each = groups > 1 and weight.tensor.shape[1] == 1
    return has_one_input_each and rows.stride == columns.stride and rows.dilation == columns.dilation == 1


def _depthwise_order(tensor: torch.Tensor, groups: int) -> torch.Tensor:
    """Reorder [in * multiplier, 1, H, W] to [H, W, in, multiplier]."""
    return tensor.reshape(groups, -1, *tensor.shape[2:]).permute(2, 3, 0, 1)
