"""The SavedModel path on a SavedModel that answers with the length of the bytes, and fails like a decoder."""

import io

import pytest
from PIL import Image

from pipeline.bulk_inference.records import ImageRecord
from pipeline.bulk_inference.saved_model_handler import SavedModelHandler

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def handler(tmp_path_factory: pytest.TempPathFactory) -> SavedModelHandler:
    import tensorflow as tf

    class MeanLevel(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image_bytes")])
        def serve(self, image_bytes: tf.Tensor) -> dict[str, tf.Tensor]:
            def mean(image: tf.Tensor) -> tf.Tensor:
                return tf.reduce_mean(tf.cast(tf.io.decode_jpeg(image, channels=3), tf.float32)) / 255

            means = tf.map_fn(mean, image_bytes, fn_output_signature=tf.float32)
            return {"probabilities": tf.stack([means, 1 - means], axis=1)}

    module = MeanLevel()
    folder = tmp_path_factory.mktemp("saved_model")
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
    return SavedModelHandler(folder, batch_size_images=4)


def png(level: int) -> bytes:
    encoded = io.BytesIO()
    Image.new("L", (20, 20), level).save(encoded, "PNG")
    return encoded.getvalue()


def test_damaged_images_are_found_and_the_others_are_answered(handler: SavedModelHandler) -> None:
    batch = [
        ImageRecord(id="white", content=png(255)),
        ImageRecord(id="cut", content=png(9)[:-20]),
        ImageRecord(id="words", content=b"words"),
        ImageRecord(id="absent", error="the file cannot be read"),
        ImageRecord(id="black", content=png(0)),
    ]

    answers = list(handler.run_inference(batch, handler.load_model()))

    assert [answer.id for answer in answers] == ["white", "cut", "words", "absent", "black"]
    assert [answer.error is None for answer in answers] == [True, False, False, False, True]
    assert answers[0].probabilities_K is not None
    assert answers[0].probabilities_K.tolist() == [1, 0]
    assert answers[4].probabilities_K is not None
    assert answers[4].probabilities_K.tolist() == [0, 1]


def test_a_batch_of_errors_is_not_sent_to_the_model(handler: SavedModelHandler) -> None:
    (answer,) = handler.run_inference([ImageRecord(id="a", error="gone")], None)

    assert answer.error == "gone"
