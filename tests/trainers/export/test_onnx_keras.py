"""The Keras core answers as Keras does, at any batch size."""

import logging

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

from trainers.export.errors import ModelExportError
from trainers.export.onnx_keras import export_keras_core


@pytest.mark.parametrize("batch_size", [1, 7])
def test_core_equals_keras(keras_model: keras.Model, batch_size: int) -> None:
    core = export_keras_core(lambda pixels: keras_model(pixels, training=False), input_shape=(16, 16, 3))
    session = onnxruntime.InferenceSession(core.SerializeToString(), providers=["CPUExecutionProvider"])
    pixels_NHWC = np.random.default_rng(1).normal(size=(batch_size, 16, 16, 3)).astype(np.float32)

    (logits,) = session.run(["logits"], {"pixels": pixels_NHWC.transpose(0, 3, 1, 2)})

    np.testing.assert_allclose(logits, keras_model(pixels_NHWC, training=False), atol=1e-5)


def test_operation_without_onnx_counterpart_is_refused() -> None:
    def logits(pixels: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.math.igamma(pixels, pixels), axis=[1, 2])

    with pytest.raises(ModelExportError, match="Igamma"):
        export_keras_core(logits, input_shape=(16, 16, 3))


def test_log_level_of_the_converter_is_put_back(keras_model: keras.Model) -> None:
    before = logging.getLogger("tf2onnx").level

    export_keras_core(lambda pixels: keras_model(pixels, training=False), input_shape=(16, 16, 3))

    assert logging.getLogger("tf2onnx").level == before
