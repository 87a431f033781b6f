"""Memory layout of the values that flow through a mapped graph.

torch names the axes of an image batch N, C, H, W. A value marked channels-last stores those logical axes as
N, H, W, C, so that convolutions follow each other without a transpose. All axis numbers in rules are logical.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import tensorflow as tf

IMAGE_RANK = 4
"""Axes of an image batch."""

LOGICAL_AXIS_OF_NHWC = (0, 2, 3, 1)
"""The logical axis stored at each position of a channels-last tensor; as a permutation, NCHW to NHWC."""

_POSITION_IN_NHWC = (0, 3, 1, 2)
"""The position of each logical axis in a channels-last tensor; as a permutation, NHWC to NCHW."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that depends on the input."""

    tensor: tf.Tensor
    """As stored: NHWC if channels_last, else in the logical order of axes."""

    channels_last: bool = False
    """Whether a logical NCHW value of rank 4 is stored as NHWC."""

    @property
    def rank(self) -> int:
        """Number of axes."""
        return int(self.tensor.shape.rank)

    @property
    def stored_axes(self) -> tuple[int, ...]:
        """The logical axis at each stored position."""
        return LOGICAL_AXIS_OF_NHWC if self.channels_last else tuple(range(self.rank))

    def position(self, axis: int) -> int:
        """Return where a logical axis, which may be negative, is stored."""
        axis %= self.rank
        return _POSITION_IN_NHWC[axis] if self.channels_last else axis

    def positions(self, axes: Sequence[int]) -> list[int]:
        """Return where each of several logical axes is stored."""
        return [self.position(axis) for axis in axes]

    def extent(self, axis: int) -> int | None:
        """Return the static extent of a logical axis, None for a dynamic one."""
        extent: int | None = self.tensor.shape[self.position(axis)]
        return extent

    def stored_alike(self, tensor: tf.Tensor) -> "Value":
        """Return a value with another tensor that is stored in the same order of axes."""
        return Value(tensor, self.channels_last)


def to_logical(value: Value) -> tf.Tensor:
    """Return the tensor in its logical order of axes, N, C, H, W for an image batch."""
    return _permute(value.tensor, _POSITION_IN_NHWC) if value.channels_last else value.tensor


def to_channels_last(value: Value) -> tf.Tensor:
    """Return a rank-4 value as N, H, W, C."""
    return value.tensor if value.channels_last else _permute(value.tensor, LOGICAL_AXIS_OF_NHWC)


def without_axes(value: Value, tensor: tf.Tensor, removed_axes: Sequence[int]) -> Value:
    """Bring what is left after some axes of a value were removed into its logical order.

    Args:
        value: The value before the removal.
        tensor: Its stored tensor, without the removed axes.
        removed_axes: Logical, not negative.
    """
    remaining = [axis for axis in value.stored_axes if axis not in removed_axes]
    order = sorted(range(len(remaining)), key=remaining.__getitem__)
    return Value(_permute(tensor, order))


def _permute(tensor: tf.Tensor, order: Sequence[int]) -> tf.Tensor:
    """Transpose, or reshape where only axes of extent 1 change their place: that moves no data."""
    order = list(order)
    if order == sorted(order):
        return tensor
    shape = tensor.shape.as_list()
    moving = [axis for axis in order if shape[axis] != 1]
    if moving == sorted(moving) and shape.count(None) <= 1:
        return tf.reshape(tensor, [-1 if shape[axis] is None else shape[axis] for axis in order])
    return tf.transpose(tensor, order)
