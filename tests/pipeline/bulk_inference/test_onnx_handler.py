import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.bulk_inference import onnx_handler
from pipeline.bulk_inference.onnx_handler import OnnxHandler
from pipeline.bulk_inference.records import ImageRecord


def flat_image(image_id: str, colour: tuple[int, int, int], *, size: int = 4) -> ImageRecord:
    encoded = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(encoded, "PNG")
    return ImageRecord(id=image_id, content=encoded.getvalue())


@pytest.fixture
def handler(colour_model: Path) -> OnnxHandler:
    return OnnxHandler(colour_model / "2" / "model.onnx", batch_size_images=8, threads=1)


BATCH = [
    flat_image("red", (100, 0, 0)),
    ImageRecord(id="damaged", content=b"\x89PNG"),
    flat_image("large", (50, 50, 0), size=9),
    ImageRecord(id="absent", error="the file cannot be read"),
    flat_image("blue", (0, 25, 75)),
]


def test_answers_keep_the_order_through_sizes_and_errors(handler: OnnxHandler) -> None:
    answers = list(handler.run_inference(BATCH, handler.load_model()))

    assert [answer.id for answer in answers] == ["red", "damaged", "large", "absent", "blue"]
    assert [answer.error for answer in answers] == [
        None,
        "the bytes are not a JPEG or PNG image",
        None,
        "the file cannot be read",
        None,
    ]
    np.testing.assert_allclose(answers[0].probabilities_K, [1, 0, 0])
    np.testing.assert_allclose(answers[2].probabilities_K, [0.5, 0.5, 0])
    np.testing.assert_allclose(answers[4].probabilities_K, [0, 0.25, 0.75])


def test_large_images_are_handed_over_in_parts(handler: OnnxHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_handler, "_MAX_DECODED_BYTES", 1)

    answers = list(handler.run_inference(BATCH, handler.load_model()))

    assert [answer.id for answer in answers] == [image.id for image in BATCH]


def test_a_batch_of_errors_needs_no_model(handler: OnnxHandler) -> None:
    (answer,) = handler.run_inference([ImageRecord(id="a", error="gone")], None)

    assert answer.error == "gone"


def test_the_size_of_a_batch_is_that_of_its_encoded_images(handler: OnnxHandler) -> None:
    assert handler.get_num_bytes([ImageRecord(id="a", content=b"123"), ImageRecord(id="b")]) == 3
