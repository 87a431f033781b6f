"""Geometry of sliding windows: arguments for height and width, and where padding goes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from trainers.export.torch_to_tf.context import Context


@dataclass(frozen=True, kw_only=True)
class Window:
    """A window that slides along one axis, in pixels."""

    size: int
    stride: int
    dilation: int
    padding_before: int
    padding_after: int

    @property
    def reach(self) -> int:
        """Pixels from the first to the last one that the window covers."""
        return (self.size - 1) * self.dilation + 1

    def is_same(self, extent: int | None) -> bool:
        """Tell whether TensorFlow's SAME pads an axis of this extent, or of any for None, as wanted here."""
        if extent is None and self.stride > 1:
            return False
        outputs = -(-(extent or 1) // self.stride)
        total = max((outputs - 1) * self.stride + self.reach - (extent or 1), 0)
        return (self.padding_before, self.padding_after) == (total // 2, total - total // 2)

    def output_extent(self, extent: int) -> int:
        """Return how many positions the window takes on an axis of this extent."""
        return (extent + self.padding_before + self.padding_after - self.reach) // self.stride + 1


def pair(value: int | Sequence[int]) -> tuple[int, int]:
    """Return (height, width) of an argument that torch takes as one number or two."""
    numbers = [value] if isinstance(value, int) else list(value)
    return (numbers[0], numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])


def triple(value: int | Sequence[int]) -> tuple[int, int, int]:
    """Return (depth, height, width) of an argument that torch takes as one number or three."""
    numbers = [value] if isinstance(value, int) else list(value)
    depth, height, width = numbers * 3 if len(numbers) == 1 else numbers
    return depth, height, width


def covered(window: Window, extent: int, padding: int, counts_padding: bool) -> np.ndarray:
    """Return how many pixels torch divides a sum by at each position of a window along an axis."""
    starts = np.arange(window.output_extent(extent)) * window.stride - padding
    # The extra margin of ceil_mode is never counted, the ordinary padding only on request.
    ends = np.minimum(starts + window.size, extent + padding)
    if not counts_padding:
        starts, ends = np.maximum(starts, 0), np.minimum(ends, extent)
    counts: np.ndarray = ends - starts
    return counts


def pooling_window(
    extent: int | None, *, size: int, stride: int, dilation: int, padding: int, ceil_mode: bool
) -> Window:
    """Return torch's pooling window on an axis, with the extra padding at the end that ceil_mode stands for.

    On an axis of unknown extent, None, that padding is the most that any extent needs: what follows from it may be one
    position too many, at the end.
    """
    reach = (size - 1) * dilation + 1
    if extent is None:
        after = padding + (stride - 1 if ceil_mode else 0)
        return Window(size=size, stride=stride, dilation=dilation, padding_before=padding, padding_after=after)
    span = extent + 2 * padding - reach
    outputs = (-(-span // stride) if ceil_mode else span // stride) + 1
    # torch drops a last window that would start in the padding at the end.
    if ceil_mode and (outputs - 1) * stride >= extent + padding:
        outputs -= 1
    after = max(padding, (outputs - 1) * stride + reach - extent - padding)
    return Window(size=size, stride=stride, dilation=dilation, padding_before=padding, padding_after=after)


def without_surplus(context: Context, pooled_NHWC: tf.Tensor, rows: Window, columns: Window) -> tf.Tensor:
    """Drop the positions that `pooling_window` may give too many on axes of unknown extent."""
    has_surplus = any(window.padding_after > window.padding_before for window in (rows, columns))
    if not has_surplus or None not in pooled_NHWC.shape[1:3]:
        return pooled_NHWC
    _, _, height, width = context.shape
    return pooled_NHWC[:, :height, :width, :]


def pad_images(images_NHWC: tf.Tensor, rows: Window, columns: Window, fill: float = 0.0) -> tuple[tf.Tensor, str]:
    """Pad height and width for two windows, or leave that to TensorFlow where SAME means the same.

    Args:
        images_NHWC: [N, H, W, C].
        rows: The window along the height.
        columns: The window along the width.
        fill: What the padding holds; SAME pads convolutions with 0 and maxima with nothing.

    Returns:
        The images and the padding argument for TensorFlow's op, SAME or VALID.
    """
    _, height, width, _ = images_NHWC.shape
    pads = [(window.padding_before, window.padding_after) for window in (rows, columns)]
    if pads == [(0, 0), (0, 0)]:
        return images_NHWC, "VALID"
    if rows.is_same(height) and columns.is_same(width):
        return images_NHWC, "SAME"
    return tf.pad(images_NHWC, [(0, 0), *pads, (0, 0)], constant_values=tf.cast(fill, images_NHWC.dtype)), "VALID"
