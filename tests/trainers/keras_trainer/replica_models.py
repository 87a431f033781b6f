"""Small models for trainings on several devices."""

import keras
import tensorflow as tf

layers = keras.layers


class Noise(keras.layers.Layer):
    """Adds noise from the two global generators."""

    def call(self, features: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training:
            return features
        shape = tf.shape(features)
        noise = keras.random.normal(shape) + tf.random.get_global_generator().normal(shape)
        return features + 0.1 * tf.cast(noise, features.dtype)


def build_plain(*, num_classes: int, image_shape: tuple[int, int, int]) -> keras.Model:
    """Nothing in it looks at more than one image, and nothing is drawn."""
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Conv2D(8, 3, strides=2, padding="same"),
            layers.ReLU(),
            layers.Conv2D(8, 3, strides=2, padding="same"),
            layers.GroupNormalization(2),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(num_classes, kernel_regularizer=keras.regularizers.L2(1e-3)),
        ]
    )


def build_normalised(*, num_classes: int, image_shape: tuple[int, int, int]) -> keras.Model:
    """With batch normalisation; without a bias before it, whose gradient is rounding and no more."""
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(num_classes),
        ]
    )


def build_drawing(*, num_classes: int, image_shape: tuple[int, int, int]) -> keras.Model:
    """With batch normalisation, and with numbers drawn in every way."""
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.RandomFlip(),
            layers.Conv2D(8, 3, strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            Noise(),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(num_classes),
        ]
    )
