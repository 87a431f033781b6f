"""A Keras model whose first attempt at being built meets a disk error, as a network file system may give."""

import errno
from pathlib import Path

import keras


def build_model(*, num_classes: int, image_shape: tuple[int, int, int]) -> keras.Model:
    marker = Path(__file__).with_name("was-tried")
    if not marker.exists():
        marker.touch()
        raise OSError(errno.EIO, "the disk did not answer")
    return keras.Sequential(
        [keras.Input(image_shape), keras.layers.Flatten(), keras.layers.Dropout(0.1), keras.layers.Dense(num_classes)]
    )
