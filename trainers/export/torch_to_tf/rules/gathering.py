"""Positions along an axis as torch itself chooses them, found by letting an op act on the numbers 0, 1, 2..."""

from collections.abc import Callable

import tensorflow as tf
import torch

ImageOp = Callable[[torch.Tensor], torch.Tensor]
"""Takes and returns [N, C, H, W]."""


def source_positions(extent: int, op: ImageOp, dtype: torch.dtype) -> list[int]:
    """Return from which position each output position of an op along the height is copied.

    Args:
        extent: The input's height.
        op: Copies rows of an image that is one pixel wide.
        dtype: The images' type, which torch rounds the positions in.
    """
    ramp = torch.arange(extent, dtype=dtype).reshape(1, 1, extent, 1)
    return [int(position) for position in op(ramp).flatten()]


def take(images_NHWC: tf.Tensor, rows: list[int], columns: list[int]) -> tf.Tensor:
    """Take rows and columns of images, in the given order."""
    for axis, positions in ((1, rows), (2, columns)):
        if positions != list(range(int(images_NHWC.shape[axis]))):
            images_NHWC = tf.gather(images_NHWC, tf.constant(positions, tf.int32), axis=axis)
    return images_NHWC
