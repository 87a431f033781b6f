import numpy as np
import pytest
import tensorflow as tf

from trainers.export.torch_to_tf.layout import Value, to_channels_last, to_logical, without_axes

IMAGES_NCHW = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
STORED = Value(tf.constant(IMAGES_NCHW.transpose(0, 2, 3, 1)), channels_last=True)
PLAIN = Value(tf.constant(IMAGES_NCHW))


@pytest.mark.parametrize("value", [STORED, PLAIN])
def test_both_layouts_hold_the_same_image(value: Value) -> None:
    np.testing.assert_array_equal(to_logical(value), IMAGES_NCHW)
    np.testing.assert_array_equal(to_channels_last(value), IMAGES_NCHW.transpose(0, 2, 3, 1))
    assert [value.extent(axis) for axis in (0, 1, -2, -1)] == [2, 3, 4, 5]


@pytest.mark.parametrize("axis", [0, 1, 2, 3])
def test_what_is_left_after_an_axis_is_removed_is_in_logical_order(axis: int) -> None:
    reduced = tf.reduce_sum(STORED.tensor, STORED.position(axis))
    np.testing.assert_array_equal(without_axes(STORED, reduced, [axis]).tensor, IMAGES_NCHW.sum(axis))


def test_axes_of_extent_one_move_without_a_transpose() -> None:
    graph = tf.Graph()
    with graph.as_default():
        pooled = tf.compat.v1.placeholder(tf.float32, [None, 1, 1, 7])
        assert to_logical(Value(pooled, channels_last=True)).shape.as_list() == [None, 7, 1, 1]
    assert "Transpose" not in {operation.type for operation in graph.get_operations()}
