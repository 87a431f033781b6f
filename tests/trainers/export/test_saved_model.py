"""The SavedModel answers as Keras does, stands alone, and is made of TensorFlow's own operations."""

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tiny_exports
from tensorflow.core.protobuf import saved_model_pb2

from trainers.export.errors import ModelExportError
from trainers.export.saved_model import write_saved_model
from trainers.export.transform_graph import TransformGraph

_NOT_PLAIN = {"PyFunc", "PyFuncStateless", "EagerPyFunc", "XlaCallModule", "XlaLaunch"}


@pytest.fixture(scope="module")
def loaded(keras_bundle_dir: Path) -> tf.Module:
    return tf.saved_model.load(str(keras_bundle_dir))


@pytest.fixture(scope="module")
def expected(keras_model: keras.Model, transform_graph_dir: Path) -> np.ndarray:
    pixels = TransformGraph(transform_graph_dir).pixels(tf.constant(tiny_exports.draw_images(10)))
    return tiny_exports.keras_probabilities(keras_model, pixels.numpy())


@pytest.mark.parametrize("batch_size", [1, 7])
def test_images_of_mixed_sizes_get_the_probabilities_that_keras_gives(
    loaded: tf.Module, expected: np.ndarray, batch_size: int
) -> None:
    images = tiny_exports.draw_images(10)
    serve = loaded.signatures["serving_default"]

    batches = [serve(image_bytes=tf.constant(images[at : at + batch_size])) for at in range(0, 10, batch_size)]

    probabilities = np.concatenate([batch["probabilities"] for batch in batches])
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)


def test_label_and_score_are_those_of_the_greatest_probability(loaded: tf.Module, expected: np.ndarray) -> None:
    answer = loaded.signatures["serving_default"](image_bytes=tf.constant(tiny_exports.draw_images(10)))

    names = [label.decode() for label in answer["label"].numpy()]
    assert names == [tiny_exports.CLASS_NAMES[column] for column in expected.argmax(axis=1)]
    assert len(set(names)) > 1
    np.testing.assert_allclose(answer["score"], expected.max(axis=1), atol=1e-6)


def test_examples_without_a_label_are_predicted(loaded: tf.Module, expected: np.ndarray) -> None:
    examples = [tiny_exports.encode_example(image=image) for image in tiny_exports.draw_images(10)]

    answer = loaded.signatures["predict_examples"](examples=tf.constant(examples))

    np.testing.assert_allclose(answer["probabilities"], expected, atol=1e-6)


def test_labels_of_examples_are_looked_up(loaded: tf.Module) -> None:
    examples = [tiny_exports.encode_example(label=label) for label in (b"blue", b"red", b"mauve")]

    # Model Analysis passes serialised examples by position.
    answer = loaded.signatures["transform_labels"](tf.constant(examples))

    assert answer["label_id"].dtype == tf.int64
    assert answer["label_id"].numpy().tolist() == [2, 0, -1]


def test_model_needs_no_file_outside_its_folder(
    keras_model: keras.Model, transform_graph_dir: Path, tmp_path: Path
) -> None:
    graph_dir = shutil.copytree(transform_graph_dir, tmp_path / "graph")
    write_saved_model(
        tmp_path / "first",
        logits=lambda pixels_NHWC: keras_model(pixels_NHWC, training=False),
        tracked=keras_model,
        transform_graph_dir=graph_dir,
        class_names=tiny_exports.CLASS_NAMES,
    )
    shutil.rmtree(graph_dir)
    (tmp_path / "first").rename(tmp_path / "moved")

    moved = tf.saved_model.load(str(tmp_path / "moved"))

    answer = moved.signatures["transform_labels"](tf.constant([tiny_exports.encode_example(label=b"green")]))
    assert answer["label_id"].numpy().tolist() == [1]
    assert (tmp_path / "moved/assets/label").read_text() == "red\ngreen\nblue\n"


def test_graph_holds_tensorflow_operations_only(keras_bundle_dir: Path) -> None:
    saved_model = saved_model_pb2.SavedModel.FromString((keras_bundle_dir / "saved_model.pb").read_bytes())
    graph = saved_model.meta_graphs[0].graph_def
    used = {node.op for node in graph.node} | {node.op for fn in graph.library.function for node in fn.node_def}

    assert {"DecodeJpeg", "Conv2D", "Softmax"} <= used
    assert not used & _NOT_PLAIN
    assert not [op for op in used if op.startswith("Xla")]


def test_weights_are_variables_in_the_checkpoint(keras_bundle_dir: Path, keras_model: keras.Model) -> None:
    saved = tf.train.list_variables(str(keras_bundle_dir / "variables/variables"))

    shapes = sorted(tuple(shape) for name, shape in saved if name.endswith("VARIABLE_VALUE"))
    assert shapes == sorted(tuple(weight.shape) for weight in keras_model.variables)


def test_class_names_in_another_order_are_refused(
    keras_model: keras.Model, transform_graph_dir: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelExportError, match=r"Transform vocabulary in its order; got \['blue'"):
        write_saved_model(
            tmp_path / "model",
            logits=keras_model,
            tracked=keras_model,
            transform_graph_dir=transform_graph_dir,
            class_names=("blue", "green", "red"),
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda logits_NK: logits_NK[:, :2], r"float32 logits \[N, 3\].* but gives float32 \(None, 2\)"),
        (lambda logits_NK: tf.cast(logits_NK, tf.float64), r"but gives float64 \(None, 3\)"),
    ],
)
def test_logits_that_do_not_fit_the_classes_are_refused(
    keras_model: keras.Model,
    transform_graph_dir: Path,
    tmp_path: Path,
    change: Callable[[tf.Tensor], tf.Tensor],
    message: str,
) -> None:
    with pytest.raises(ModelExportError, match=message):
        write_saved_model(
            tmp_path / "model",
            logits=lambda pixels_NHWC: change(keras_model(pixels_NHWC, training=False)),
            tracked=keras_model,
            transform_graph_dir=transform_graph_dir,
            class_names=tiny_exports.CLASS_NAMES,
        )
