"""Whether the graph antialiases is read off the graph, and another resize is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf

from trainers.export.errors import TransformGraphError
from trainers.export.normalization import read_normalization
from trainers.export.resizing import read_antialiasing
from trainers.export.transform_graph import TransformGraph
from trainers.normalization import Normalization

_IDENTITY = Normalization(scale_C=(1.0, 1.0, 1.0), offset_C=(0.0, 0.0, 0.0))


class _GraphOf(TransformGraph):
    """A graph that resizes as told and leaves the levels."""

    def __init__(self, resize: Callable[[tf.Tensor], tf.Tensor]) -> None:
        self._resize = resize
        self.image_size_pixels = 12

    def pixels(self, image_bytes_N: tf.Tensor) -> tf.Tensor:
        return tf.stack([self._resize(tf.io.decode_png(image, 3)) for image in image_bytes_N])


def test_tandems_own_graph_is_recognised(transform_graph_dir: Path) -> None:
    graph = TransformGraph(transform_graph_dir)

    assert read_antialiasing(graph, read_normalization(graph)) in (False, True)


@pytest.mark.parametrize("antialias", [False, True])
def test_antialiasing_is_recognised(antialias: bool) -> None:
    graph = _GraphOf(lambda image: tf.image.resize(image, [12, 12], antialias=antialias))

    assert read_antialiasing(graph, _IDENTITY) is antialias


def test_normalisation_is_undone_before_comparing() -> None:
    graph = _GraphOf(lambda image: tf.image.resize(image, [12, 12]) * 0.02 - 3.0)
    normalization = Normalization(scale_C=(0.02, 0.02, 0.02), offset_C=(-3.0, -3.0, -3.0))

    assert read_antialiasing(graph, normalization) is False


@pytest.mark.parametrize(
    "resize",
    [
        pytest.param(lambda image: tf.image.resize(image, [12, 12], method="bicubic"), id="bicubic"),
        pytest.param(lambda image: tf.image.resize_with_pad(image, 12, 12), id="padded"),
        pytest.param(lambda image: tf.image.resize(tf.image.central_crop(image, 0.875), [12, 12]), id="cropped"),
    ],
)
def test_other_resizes_are_refused(resize: Callable[[tf.Tensor], tf.Tensor]) -> None:
    with pytest.raises(TransformGraphError, match="bilinear at half-pixel centres"):
        read_antialiasing(_GraphOf(resize), _IDENTITY)
