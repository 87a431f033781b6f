import keras
import numpy as np

from trainers.keras_trainer.predict import predict_logits


def test_batches_are_put_together_in_order_and_dropout_is_off() -> None:
    """The model answers the mean of its image and twice that."""
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            keras.layers.Dropout(0.9),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, use_bias=False),
        ]
    )
    model.set_weights([np.array([[1.0, 2.0]])])
    pixels_NHWC = np.repeat(np.arange(5, dtype=np.float32), 4).reshape(5, 2, 2, 1)
    logits_NK = predict_logits(model, pixels_NHWC, batch_size_examples=2)
    assert logits_NK.dtype == np.float32
    np.testing.assert_allclose(logits_NK, [[0, 0], [1, 2], [2, 4], [3, 6], [4, 8]])
