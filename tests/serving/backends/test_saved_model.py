"""Both backends answer like the SavedModel, on real exports of both frameworks."""

import subprocess
import sys
from pathlib import Path

import hostile_images
import numpy as np
import pytest

from serving.backends.onnx import OnnxBackend
from serving.images import UnusableImageError


@pytest.fixture(
    params=[pytest.param("keras", marks=pytest.mark.nightly), pytest.param("pytorch", marks=pytest.mark.slow)]
)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Export a small model of each framework; the transform graph comes with it."""
    if request.param == "pytorch":
        exported: Path = request.getfixturevalue("real_models") / "digits" / "1"
        return exported
    import tiny_exports

    graph = tiny_exports.build_transform_graph(tmp_path / "graph")
    return tiny_exports.write_keras_bundle_files(tmp_path / "1", tiny_exports.build_keras_model(), graph)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_both_backends_answer_equally_and_refuse_the_same_images(folder: Path) -> None:
    import tiny_exports

    from serving.backends.saved_model import SavedModelBackend

    good = [
        *hostile_images.make_usable().values(),
        *tiny_exports.draw_images(24),
        tiny_exports.draw_image(seed=1, height=300, width=400),
        tiny_exports.draw_image(seed=2, height=33, width=47, image_format="PNG", mode="RGBA"),
        tiny_exports.draw_image(seed=3, height=33, width=47, image_format="PNG", mode="P"),
        np.random.default_rng(4).integers(0, 256, (19, 23, 3), dtype=np.uint8),
    ]
    bad = [
        *hostile_images.make_unusable().values(),
        tiny_exports.draw_images(1)[0][:-40],
        tiny_exports.draw_16_bit_image(),
    ]
    most = round(hostile_images.MAX_MEGAPIXELS * 1_000_000)
    onnx = OnnxBackend(folder / "model.onnx", threads=1, max_pixels=most)
    saved_model = SavedModelBackend(folder, threads=0, max_pixels=most)

    here, there = onnx.classify([*good, *bad]).results, saved_model.classify([*good, *bad]).results

    for first, second in zip(here[: len(good)], there[: len(good)], strict=True):
        np.testing.assert_allclose(np.asarray(first), np.asarray(second), atol=1e-4)
    for first, second in zip(here[len(good) :], there[len(good) :], strict=True):
        assert isinstance(first, UnusableImageError)
        assert isinstance(second, UnusableImageError)


def test_tensorflow_is_loaded_for_this_backend_alone() -> None:
    code = "import sys, serving.server; print('tensorflow' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
