"""The head of the Keras models that Tandem builds."""

import keras
from keras import layers

from trainers.recipes.config import HeadConfig

LOGITS = "logits"
HEAD_LAYERS = ("head_hidden", LOGITS)
"""Names of the layers with weights."""


def classify(features: keras.KerasTensor, num_classes: int, head: HeadConfig) -> keras.KerasTensor:
    """Pool features [N, H, W, C], or take vectors [N, C], and return logits [N, num_classes]."""
    pooling = layers.GlobalMaxPooling2D if head.pooling == "max" else layers.GlobalAveragePooling2D
    vectors_NC = pooling()(features) if len(features.shape) == len("NHWC") else features
    if head.dropout:
        vectors_NC = layers.Dropout(head.dropout, name="head_dropout")(vectors_NC)
    if head.hidden_units:
        vectors_NC = layers.Dense(head.hidden_units, activation="relu", name=HEAD_LAYERS[0])(vectors_NC)
        if head.dropout:
            vectors_NC = layers.Dropout(head.dropout, name="head_hidden_dropout")(vectors_NC)
    return layers.Dense(num_classes, kernel_initializer="glorot_uniform", name=LOGITS)(vectors_NC)
