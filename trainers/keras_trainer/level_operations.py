"""Operations on levels of 0 (black) to 1 (white), float32 [G, H, W, C], in TensorFlow.

Those of `keras.layers` are not the paper's: equalisation there counts the levels of the whole batch, and there is no
TrivialAugment. `trainers.torch_trainer.level_operations` does the same as these, and a test compares the two.
"""

from collections.abc import Callable

import tensorflow as tf

from trainers.augmentation.draw import Floats, OperationGroup, OperationKind
from trainers.normalization import WHITE_LEVEL

_BITS = 8


def apply_operation(levels_GHWC: tf.Tensor, group: OperationGroup) -> tf.Tensor:
    """Return what an operation makes of the images of its group."""
    return _OPERATIONS[group.kind](levels_GHWC, group.amounts)


def _affine(levels_GHWC: tf.Tensor, matrices_G6: Floats) -> tf.Tensor:
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=levels_GHWC,
        transforms=tf.pad(matrices_G6, [[0, 0], [0, 2]]),
        output_shape=tf.shape(levels_GHWC)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _blend(degenerate_GHWC: tf.Tensor, levels_GHWC: tf.Tensor, factors_G: Floats) -> tf.Tensor:
    """Move away from an image without the property in question (factor 0) or towards it; 1 changes nothing."""
    factors_G111 = factors_G[:, None, None, None]
    return tf.clip_by_value(factors_G111 * levels_GHWC + (1 - factors_G111) * degenerate_GHWC, 0.0, 1.0)


def _brightness(levels_GHWC: tf.Tensor, factors_G: Floats) -> tf.Tensor:
    return _blend(tf.zeros_like(levels_GHWC), levels_GHWC, factors_G)


def _color(levels_GHWC: tf.Tensor, factors_G: Floats) -> tf.Tensor:
    return _blend(tf.image.rgb_to_grayscale(levels_GHWC), levels_GHWC, factors_G)


def _contrast(levels_GHWC: tf.Tensor, factors_G: Floats) -> tf.Tensor:
    means_G111 = tf.reduce_mean(tf.image.rgb_to_grayscale(levels_GHWC), axis=[1, 2, 3], keepdims=True)
    return _blend(means_G111, levels_GHWC, factors_G)


def _sharpness(levels_GHWC: tf.Tensor, factors_G: Floats) -> tf.Tensor:
    kernel_33 = tf.constant([[1, 1, 1], [1, 5, 1], [1, 1, 1]], tf.float32) / 13
    kernel_33C1 = tf.repeat(kernel_33[:, :, None, None], levels_GHWC.shape[-1], axis=2)
    smooth_GHWC = tf.nn.depthwise_conv2d(levels_GHWC, kernel_33C1, strides=[1, 1, 1, 1], padding="VALID")
    is_inside_HW1 = tf.pad(tf.ones_like(smooth_GHWC[0, :, :, :1], tf.bool), [[1, 1], [1, 1], [0, 0]])
    padded_GHWC = tf.pad(smooth_GHWC, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return _blend(tf.where(is_inside_HW1, padded_GHWC, levels_GHWC), levels_GHWC, factors_G)


def _posterize(levels_GHWC: tf.Tensor, bits_G: Floats) -> tf.Tensor:
    steps_G111 = 2.0 ** (_BITS - bits_G[:, None, None, None])
    return tf.floor(tf.round(levels_GHWC * WHITE_LEVEL) / steps_G111) * steps_G111 / WHITE_LEVEL


def _solarize(levels_GHWC: tf.Tensor, thresholds_G: Floats) -> tf.Tensor:
    return tf.where(levels_GHWC >= thresholds_G[:, None, None, None], 1 - levels_GHWC, levels_GHWC)


def _autocontrast(levels_GHWC: tf.Tensor, _: Floats) -> tf.Tensor:
    low_G11C = tf.reduce_min(levels_GHWC, axis=[1, 2], keepdims=True)
    range_G11C = tf.reduce_max(levels_GHWC, axis=[1, 2], keepdims=True) - low_G11C
    is_flat_G11C = range_G11C == 0
    stretched_GHWC = (levels_GHWC - low_G11C) / tf.where(is_flat_G11C, 1.0, range_G11C)
    return tf.where(is_flat_G11C, levels_GHWC, stretched_GHWC)


def _equalize(levels_GHWC: tf.Tensor, _: Floats) -> tf.Tensor:
    """Do what Pillow does: each colour of an image by a table made of its own histogram of 256 levels."""
    whole_GHWC = tf.cast(tf.round(levels_GHWC * WHITE_LEVEL), tf.int32)
    shape = tf.shape(whole_GHWC)
    whole_PL = tf.reshape(tf.transpose(whole_GHWC, [0, 3, 1, 2]), [shape[0] * shape[3], -1])
    histogram_PL = tf.math.bincount(whole_PL, minlength=WHITE_LEVEL + 1, maxlength=WHITE_LEVEL + 1, axis=-1)
    cumulative_PL = tf.cumsum(histogram_PL, axis=-1)
    at_highest_P1 = tf.gather(histogram_PL, tf.reduce_max(whole_PL, axis=-1), axis=1, batch_dims=1)[:, None]
    step_P1 = (tf.shape(whole_PL)[1] - at_highest_P1) // WHITE_LEVEL
    table_PL = tf.minimum((cumulative_PL - histogram_PL + step_P1 // 2) // tf.maximum(step_P1, 1), WHITE_LEVEL)
    table_PL = tf.where(step_P1 == 0, tf.range(WHITE_LEVEL + 1)[None], table_PL)
    equalized_PL = tf.gather(table_PL, whole_PL, axis=1, batch_dims=1)
    equalized_GCHW = tf.reshape(equalized_PL, [shape[0], shape[3], shape[1], shape[2]])
    return tf.cast(tf.transpose(equalized_GCHW, [0, 2, 3, 1]), tf.float32) / WHITE_LEVEL


_OPERATIONS: dict[OperationKind, Callable[[tf.Tensor, Floats], tf.Tensor]] = {
    "identity": lambda levels_GHWC, _: levels_GHWC,
    "affine": _affine,
    "brightness": _brightness,
    "color": _color,
    "contrast": _contrast,
    "sharpness": _sharpness,
    "posterize": _posterize,
    "solarize": _solarize,
    "autocontrast": _autocontrast,
    "equalize": _equalize,
}
