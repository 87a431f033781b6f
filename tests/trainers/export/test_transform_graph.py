"""The Transform graph answers as it did for training, from images alone or labels alone."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tiny_exports

from trainers.export.errors import TransformGraphError
from trainers.export.transform_graph import TransformGraph, parse_strings


def test_class_names_and_image_size_are_those_of_the_transform_output(transform_graph_dir: Path) -> None:
    graph = TransformGraph(transform_graph_dir)

    assert graph.class_names == ("red", "green", "blue")
    assert graph.image_size_pixels == 16


def test_pixels_equal_the_transform_layer_with_all_features(transform_graph_dir: Path) -> None:
    images = tf.constant(tiny_exports.draw_images(5))
    layer = tft.TFTransformOutput(str(transform_graph_dir)).transform_features_layer()
    expected = layer({"image": images[:, None], "label": tf.fill([5, 1], "red")})["pixels"]

    pixels = TransformGraph(transform_graph_dir).pixels(images)

    assert pixels.shape == (5, 16, 16, 3)
    np.testing.assert_array_equal(pixels, expected)


def test_unknown_label_has_the_id_minus_one(transform_graph_dir: Path) -> None:
    ids = TransformGraph(transform_graph_dir).label_ids(tf.constant(["blue", "red", "mauve", "green"]))

    assert ids.dtype == tf.int64
    assert ids.numpy().tolist() == [2, 0, -1, 1]


def test_labels_need_no_image_even_without_graph_pruning(transform_graph_dir: Path) -> None:
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    try:
        ids = TransformGraph(transform_graph_dir).label_ids(tf.constant(["green"]))
    finally:
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False})

    assert ids.numpy().tolist() == [1]


def test_one_feature_is_parsed_from_examples_that_lack_the_others() -> None:
    examples = tf.constant([tiny_exports.encode_example(label=b"red"), tiny_exports.encode_example(label=b"blue")])

    assert parse_strings(examples, "label").numpy().tolist() == [b"red", b"blue"]


def test_image_that_may_be_absent_is_refused(transform_graph_dir: Path, tmp_path: Path) -> None:
    directory = shutil.copytree(transform_graph_dir, tmp_path / "graph")
    schema = directory / "metadata" / "schema.pbtxt"
    schema.write_text(schema.read_text().replace('name: "image"', 'name: "photo"'))

    with pytest.raises(TransformGraphError, match="raw feature 'image' must be exactly one string"):
        TransformGraph(directory)


def test_pixels_that_are_not_square_are_refused(transform_graph_dir: Path, tmp_path: Path) -> None:
    directory = shutil.copytree(transform_graph_dir, tmp_path / "graph")
    schema = directory / "transformed_metadata" / "schema.pbtxt"
    schema.write_text(schema.read_text().replace("size: 16", "size: 8", 1))

    with pytest.raises(TransformGraphError, match=r"must have the shape \[S, S, 3\], but has \[8, 16, 3\]"):
        TransformGraph(directory)
