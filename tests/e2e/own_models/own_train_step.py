"""A Keras model with a training step of its own. Run it with `--set train.way=keras_fit`."""

from typing import Any

import keras
import tensorflow as tf


class Denoising(keras.Model):
    """Learns from noisy images."""

    def train_step(self, data: Any) -> dict[str, Any]:
        """Do one step on pixels, float32 [B, H, W, C], and label ids, int64 [B]; return the mean loss."""
        pixels_BHWC, label_ids_B = data
        noisy_BHWC = pixels_BHWC + 0.1 * keras.random.normal(tf.shape(pixels_BHWC))
        with tf.GradientTape() as tape:
            logits_BK = self(noisy_BHWC, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(label_ids_B, logits_BK))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


def build_model(*, num_classes: int, image_shape: tuple[int, int, int]) -> keras.Model:
    """Return a compiled model from pixels to logits, float32 [N, num_classes]."""
    layers = keras.layers
    pixels = keras.Input(image_shape)
    features = pixels
    for width in (16, 32):
        features = layers.Conv2D(width, 3, padding="same", use_bias=False)(features)
        features = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(features))
        features = layers.MaxPooling2D()(features)
    logits = layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(features))
    model = Denoising(pixels, logits)
    model.compile(optimizer=keras.optimizers.AdamW(0.005))
    return model
