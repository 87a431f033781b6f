"""The one definition of preprocessing: a TensorFlow Transform graph from an encoded image to normalised pixels.

Training, evaluation and the exported model all run the graph that this function leaves behind; nothing else in
Tandem decodes, resizes or scales an image on its own without a parity test against it.
"""

from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from trainers import features
from trainers.normalization import FIXED_NORMALIZATIONS, NormalizationName

_MIN_STANDARD_DEVIATION = 1e-3
"""A data set of one flat colour has no variance; dividing by this keeps its pixels finite."""


def decode(image_bytes: tf.Tensor) -> tf.Tensor:
    """Decode one JPEG or PNG, string [], to uint8 [height, width, 3] RGB.

    The op is called decode_jpeg but reads PNG too. The accurate integer DCT gives the pixels that libjpeg gives
    Pillow and most other callers; TensorFlow's default differs from them by a level or two.
    """
    return tf.io.decode_jpeg(image_bytes, channels=features.COLOR_CHANNELS, dct_method="INTEGER_ACCURATE")


def resize(image_HWC: tf.Tensor, image_size_pixels: int) -> tf.Tensor:
    """Resize uint8 [H, W, 3] of any size to float32 [S, S, 3] in 0..1, bilinear at half-pixel centres, antialiased.

    Photos are usually many times larger than S; without antialiasing most of their pixels would be skipped.
    """
    resized = tf.image.resize(image_HWC, [image_size_pixels, image_size_pixels], method="bilinear", antialias=True)
    return tf.ensure_shape(resized, [image_size_pixels, image_size_pixels, features.COLOR_CHANNELS]) / 255.0


def standardise(scaled_NHWC: tf.Tensor) -> tf.Tensor:
    """Subtract each colour's mean and divide by its standard deviation, both over all pixels of the train split.

    The sums run in float64: over millions of pixels float32 loses three digits, and which ones depends on how Beam
    divides the examples.
    """
    pixels_PC = tf.cast(tf.reshape(scaled_NHWC, [-1, features.COLOR_CHANNELS]), tf.float64)
    mean_C = tf.cast(tft.mean(pixels_PC, reduce_instance_dims=False), tf.float32)
    deviation_C = tf.cast(tf.sqrt(tft.var(pixels_PC, reduce_instance_dims=False)), tf.float32)
    return (scaled_NHWC - mean_C) / tf.maximum(deviation_C, _MIN_STANDARD_DEVIATION)


def normalise(scaled_NHWC: tf.Tensor, name: NormalizationName) -> tf.Tensor:
    """Scale and shift pixels of 0..1 as the setting `image.normalization` says."""
    if name == "data":
        return standardise(scaled_NHWC)
    fixed = FIXED_NORMALIZATIONS[name]
    return scaled_NHWC * [255 * scale for scale in fixed.scale_C] + list(fixed.offset_C)


def preprocessing_fn(inputs: dict[str, tf.Tensor], custom_config: dict[str, Any]) -> dict[str, tf.Tensor]:
    """Map raw features to model inputs; the entry point that the Transform component calls.

    Args:
        inputs: `image` and `label`, string [N, 1] each, among the other raw features.
        custom_config: `image_size_pixels`, the side S of the square that images are resized to, and `normalization`,
            the name of what is done to their colours.

    Returns:
        `pixels`, float32 [N, S, S, 3], and `label_id`, int64 [N].
    """
    image_size_pixels = custom_config["image_size_pixels"]
    scaled_NHWC = tf.map_fn(
        lambda image_bytes: resize(decode(image_bytes), image_size_pixels),
        tf.reshape(inputs[features.IMAGE], [-1]),
        fn_output_signature=tf.TensorSpec([image_size_pixels, image_size_pixels, features.COLOR_CHANNELS], tf.float32),
    )
    return {
        features.PIXELS: normalise(scaled_NHWC, custom_config["normalization"]),
        features.LABEL_ID: tft.compute_and_apply_vocabulary(
            tf.reshape(inputs[features.LABEL], [-1]), vocab_filename=features.LABEL_VOCABULARY
        ),
    }
