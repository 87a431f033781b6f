"""The built-in models in Keras; `trainers.models.architectures` describes them."""

import keras
from keras import layers

from trainers.keras_trainer.head import classify
from trainers.models.architectures import (
    BATCH_NORM_DECAY,
    BATCH_NORM_EPSILON,
    CNN_WIDTHS,
    RESNET_STAGES,
    RESNET_STEM_WIDTH,
)
from trainers.recipes.config import HeadConfig

ImageShape = tuple[int, int, int]


def cnn(*, num_classes: int, image_shape: ImageShape, head: HeadConfig) -> keras.Model:
    """Build `cnn`: pixels float32 [N, H, W, C] to logits float32 [N, num_classes]."""
    pixels_NHWC = keras.Input(image_shape, name="pixels")
    features_NHWC = pixels_NHWC
    for index, width in enumerate(CNN_WIDTHS):
        if index:
            features_NHWC = layers.MaxPooling2D(2)(features_NHWC)
        features_NHWC = layers.ReLU()(_convolve(features_NHWC, width, name=f"conv{index + 1}"))
    return keras.Model(pixels_NHWC, classify(features_NHWC, num_classes, head), name="cnn")


def resnet(*, num_classes: int, image_shape: ImageShape, head: HeadConfig) -> keras.Model:
    """Build `resnet`: pixels float32 [N, H, W, C] to logits float32 [N, num_classes]."""
    pixels_NHWC = keras.Input(image_shape, name="pixels")
    features_NHWC = layers.ReLU()(_convolve(pixels_NHWC, RESNET_STEM_WIDTH, name="stem"))
    for stage_number, stage in enumerate(RESNET_STAGES, start=1):
        features_NHWC = layers.MaxPooling2D(2)(features_NHWC)
        for block_number in range(1, stage.blocks + 1):
            name = f"stage{stage_number}_block{block_number}"
            features_NHWC = _residual_block(features_NHWC, stage.width, name=name)
    return keras.Model(pixels_NHWC, classify(features_NHWC, num_classes, head), name="resnet")


def _residual_block(features_NHWC: keras.KerasTensor, width: int, *, name: str) -> keras.KerasTensor:
    shortcut_NHWC = features_NHWC
    if features_NHWC.shape[-1] != width:
        shortcut_NHWC = _convolve(features_NHWC, width, name=f"{name}_shortcut", kernel_size=1)
    branch_NHWC = layers.ReLU()(_convolve(features_NHWC, width, name=f"{name}_first"))
    branch_NHWC = _convolve(branch_NHWC, width, name=f"{name}_second")
    return layers.ReLU()(layers.Add()([branch_NHWC, shortcut_NHWC]))


def _convolve(features_NHWC: keras.KerasTensor, width: int, *, name: str, kernel_size: int = 3) -> keras.KerasTensor:
    convolved_NHWC = layers.Conv2D(
        width, kernel_size, padding="same", use_bias=False, kernel_initializer="he_uniform", name=f"{name}_conv"
    )(features_NHWC)
    return layers.BatchNormalization(momentum=BATCH_NORM_DECAY, epsilon=BATCH_NORM_EPSILON, name=f"{name}_norm")(
        convolved_NHWC
    )
