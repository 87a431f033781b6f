"""A witness keeps images and answers exactly, in a file that runs no code."""

import pickle
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tiny_exports

from trainers.export.errors import WitnessError
from trainers.export.transform_graph import TransformGraph
from trainers.export.witness import Witness, load_witness, save_witness, take_testimony

_WITNESS = Witness(
    images=(b"first", b"", b"third image"),
    probabilities_NK=np.array([[0.25, 0.75], [1, 0], [0.5, 0.5]], dtype=np.float32),
    class_names=("Löwenzahn", "rose"),
)


def test_witness_is_read_back_as_written(tmp_path: Path) -> None:
    save_witness(tmp_path / "witness.npz", _WITNESS)

    loaded = load_witness(tmp_path / "witness.npz")

    assert loaded.images == _WITNESS.images
    assert loaded.class_names == _WITNESS.class_names
    assert loaded.probabilities_NK.dtype == np.float32
    np.testing.assert_array_equal(loaded.probabilities_NK, _WITNESS.probabilities_NK)
    assert [path.name for path in tmp_path.iterdir()] == ["witness.npz"]


def test_trained_model_answers_through_the_transform_graph(keras_model: keras.Model, transform_graph_dir: Path) -> None:
    witness = tiny_exports.take_keras_testimony(keras_model, transform_graph_dir, images=70)

    pixels = TransformGraph(transform_graph_dir).pixels(tf.constant(witness.images[65:66]))
    assert witness.probabilities_NK.shape == (70, 3)
    assert witness.class_names == ("red", "green", "blue")
    np.testing.assert_allclose(
        witness.probabilities_NK[65:66], tiny_exports.keras_probabilities(keras_model, pixels.numpy()), atol=1e-6
    )


def test_fewer_than_64_images_are_refused(transform_graph_dir: Path) -> None:
    with pytest.raises(WitnessError, match="at least 64 images, got 63"):
        take_testimony(
            tiny_exports.draw_images(63),
            probabilities_of=lambda pixels: np.zeros((len(pixels), 3), np.float32),
            transform_graph_dir=transform_graph_dir,
        )


@pytest.mark.parametrize("row", [[0.5, 0.5], [float("nan"), 0.5, 0.5]])
def test_answers_that_are_not_probabilities_of_the_classes_are_refused(
    transform_graph_dir: Path, row: list[float]
) -> None:
    with pytest.raises(WitnessError, match=r"finite probabilities \[N, 3\]"):
        take_testimony(
            tiny_exports.draw_images(64),
            probabilities_of=lambda pixels: np.array([row] * len(pixels), np.float32),
            transform_graph_dir=transform_graph_dir,
        )


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WitnessError, match=r"witness\.npz: not a witness file"):
        load_witness(tmp_path / "witness.npz")


def test_pickled_file_is_not_executed(tmp_path: Path) -> None:
    (tmp_path / "witness.npz").write_bytes(pickle.dumps({"format_version": 1}))

    with pytest.raises(WitnessError, match="not a witness file"):
        load_witness(tmp_path / "witness.npz")


def test_file_that_lacks_images_is_refused(tmp_path: Path) -> None:
    save_witness(tmp_path / "witness.npz", _WITNESS)
    with np.load(tmp_path / "witness.npz") as arrays:
        parts = dict(arrays)
    np.savez(tmp_path / "witness.npz", **{**parts, "image_bytes": parts["image_bytes"][:-1]})

    with pytest.raises(WitnessError, match="15 image bytes instead of 16"):
        load_witness(tmp_path / "witness.npz")
