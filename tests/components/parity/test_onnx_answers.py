"""The ONNX file is asked in full batches of images of one size, and answers come back in the images' order."""

from pathlib import Path

import numpy as np
import pytest

from components.errors import GateError
from components.parity.onnx_answers import OnnxFileUnderTest


def _images() -> list[np.ndarray]:
    generator = np.random.default_rng(4)
    shapes = [(20, 30), (9, 9), (20, 30), (16, 16), (20, 30), (9, 9)]
    return [generator.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]


@pytest.mark.parametrize("batch_size", [1, 2, 8])
def test_answers_follow_the_order_of_the_images(keras_bundle_dir: Path, batch_size: int) -> None:
    onnx_file = OnnxFileUnderTest(keras_bundle_dir / "model.onnx")
    one_by_one = np.concatenate([onnx_file.run(image[None]) for image in _images()])

    np.testing.assert_allclose(onnx_file.predict(_images(), batch_size=batch_size), one_by_one, atol=1e-6)


def test_every_batch_is_full_even_when_a_size_is_rare(keras_bundle_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onnx_file = OnnxFileUnderTest(keras_bundle_dir / "model.onnx")
    run, shapes = onnx_file.run, []
    monkeypatch.setattr(onnx_file, "run", lambda pixels: shapes.append(pixels.shape) or run(pixels))

    onnx_file.predict(_images(), batch_size=2)

    assert shapes == [(2, 20, 30, 3), (2, 20, 30, 3), (2, 9, 9, 3), (2, 16, 16, 3)]


def test_class_names_come_from_the_files_metadata(keras_bundle_dir: Path) -> None:
    assert OnnxFileUnderTest(keras_bundle_dir / "model.onnx").class_names == ("red", "green", "blue")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"model\.onnx: there is no ONNX file"):
        OnnxFileUnderTest(tmp_path / "model.onnx")
