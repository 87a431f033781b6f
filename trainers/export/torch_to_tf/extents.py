"""Extents of TensorFlow's tensors: numbers where they are known, else scalar int32 tensors."""

import tensorflow as tf


def extent_of(tensor: tf.Tensor, axis: int) -> int | tf.Tensor:
    """Return the extent of an axis."""
    known = tensor.shape[axis]
    return tf.shape(tensor)[axis] if known is None else known


def reshape_target(tensor: tf.Tensor) -> list[int | tf.Tensor]:
    """Return a tensor's shape for `tf.reshape`, where extents may then be split or merged: -1 for the only unknown."""
    shape = tensor.shape.as_list()
    if shape.count(None) <= 1:
        return [-1 if extent is None else extent for extent in shape]
    return [extent_of(tensor, axis) for axis in range(len(shape))]
