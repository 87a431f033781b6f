"""Which element types are carried, and their names on both sides.

Half precision is left out on purpose: both frameworks round it at different points of an op, so results are not equal.
"""

import tensorflow as tf
import torch

_CARRIED: dict[torch.dtype, tf.DType] = {
    torch.float32: tf.float32,
    torch.float64: tf.float64,
    torch.int64: tf.int64,
    torch.int32: tf.int32,
    torch.int16: tf.int16,
    torch.int8: tf.int8,
    torch.uint8: tf.uint8,
    torch.bool: tf.bool,
}


def is_carried(dtype: torch.dtype) -> bool:
    """Tell whether values of this type can be mapped."""
    return dtype in _CARRIED


def to_tensorflow(dtype: torch.dtype) -> tf.DType:
    """Return TensorFlow's name of a carried type; KeyError for any other."""
    return _CARRIED[dtype]
