import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_bundles import BLUE, GREEN, RED, encode, expected, write_bundle

from serving.backends import onnx
from serving.backends.onnx import OnnxBackend
from serving.images import UnusableImageError


@pytest.fixture
def backend(tmp_path: Path) -> OnnxBackend:
    write_bundle(tmp_path / "1")
    return OnnxBackend(tmp_path / "1" / "model.onnx", threads=1, max_pixels=10_000)


def test_each_image_gets_its_answer_whatever_its_size_and_format(backend: OnnxBackend) -> None:
    images = [encode(RED), encode(GREEN, height=9), encode(BLUE), np.full((2, 2, 3), GREEN, np.uint8)]

    answers = backend.classify([*images, encode(RED, image_format="JPEG")])

    for result, colour in zip(answers.results, (RED, GREEN, BLUE, GREEN, RED), strict=True):
        np.testing.assert_allclose(result, expected(colour), atol=0.005)
    assert answers.decode_seconds > 0
    assert answers.model_seconds > 0


def test_an_unusable_image_spoils_no_other(backend: OnnxBackend) -> None:
    bad, good, large = backend.classify([b"words", encode(RED), encode(RED, height=101, width=100)]).results

    assert isinstance(bad, UnusableImageError)
    assert isinstance(large, UnusableImageError)
    np.testing.assert_allclose(good, expected(RED), atol=1e-6)


def test_many_large_images_go_through_the_model_in_parts(backend: OnnxBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "MAX_DECODED_BYTES", 100)
    images = [encode(colour, height=6, width=6) for colour in (RED, GREEN, BLUE)]

    results = backend.classify(images).results

    assert [int(result.argmax()) for result in results if not isinstance(result, UnusableImageError)] == [0, 1, 2]


def test_neither_tensorflow_nor_torch_is_loaded(tmp_path: Path) -> None:
    write_bundle(tmp_path / "1")
    code = (
        "import sys; from pathlib import Path; from serving.backends.opening import Opener; "
        "opener = Opener(backend='auto', threads=0, cores=2, max_batch_images=2, max_pixels=100); "
        "opener.open('colours', 1, Path(sys.argv[1])); "
        "print([name for name in ('tensorflow', 'torch', 'keras', 'tfx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "1")], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
