"""The colour normalisation is read off any graph that has one, and anything else is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tiny_exports

from trainers.export.errors import TransformGraphError
from trainers.export.normalization import read_normalization
from trainers.export.transform_graph import TransformGraph
from trainers.normalization import FIXED_NORMALIZATIONS


class _GraphOf(TransformGraph):
    """A graph with another map from levels 0..255 to pixels than Tandem's."""

    def __init__(self, map_levels: Callable[[tf.Tensor], tf.Tensor]) -> None:
        self._map_levels = map_levels
        self.image_size_pixels = 4

    def pixels(self, image_bytes_N: tf.Tensor) -> tf.Tensor:
        decoded = [tf.image.resize(tf.io.decode_png(image, 3), [4, 4]) for image in image_bytes_N]
        return self._map_levels(tf.stack(decoded))


def test_scale_and_offset_of_each_colour_are_found() -> None:
    graph = _GraphOf(lambda levels: levels * [0.5, -0.25, 2.0] + [1.0, 0.0, -3.0])

    normalization = read_normalization(graph)

    assert normalization.scale_C == pytest.approx((0.5, -0.25, 2.0), rel=1e-6)
    assert normalization.offset_C == pytest.approx((1.0, 0.0, -3.0), rel=1e-6)


def test_tandems_own_graph_standardises_what_it_was_fitted_on(transform_graph_dir: Path) -> None:
    graph = TransformGraph(transform_graph_dir)

    normalization = read_normalization(graph)

    pixels = graph.pixels(tf.constant(tiny_exports.draw_images(20))).numpy().reshape(-1, 3)
    levels = (pixels - normalization.offset_C) / normalization.scale_C
    np.testing.assert_allclose(levels.mean(axis=0) * normalization.scale_C + normalization.offset_C, 0, atol=1e-3)
    assert levels.min() >= -0.01
    assert levels.max() <= 255.01


@pytest.mark.parametrize(
    "map_levels",
    [
        pytest.param(lambda levels: (levels / 255) ** 2.2, id="curve"),
        pytest.param(lambda levels: tf.reverse(levels, [-1]), id="colours swapped"),
        pytest.param(lambda levels: levels - tf.reduce_mean(levels, axis=-1, keepdims=True), id="colours mixed"),
        pytest.param(lambda levels: levels * tf.reshape(tf.range(1.0, 5.0), [4, 1, 1]), id="uneven over the image"),
        pytest.param(lambda levels: levels * 0.0, id="blind"),
        pytest.param(lambda levels: levels * float("nan"), id="not a number"),
    ],
)
def test_other_maps_are_refused(map_levels: Callable[[tf.Tensor], tf.Tensor]) -> None:
    with pytest.raises(TransformGraphError, match="one scale and offset"):
        read_normalization(_GraphOf(map_levels))


@pytest.mark.parametrize("name", ["imagenet", "symmetric", "unit", "levels"])
def test_a_fixed_normalization_is_read_off_as_it_was_set(name: str, tmp_path: Path) -> None:
    graph = TransformGraph(tiny_exports.build_transform_graph(tmp_path / "graph", normalization=name))
    assert FIXED_NORMALIZATIONS[name].after(read_normalization(graph)) is None
