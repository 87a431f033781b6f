"""The ONNX file answers as Keras does from decoded images, and says what it is."""

import io
import json
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf
import tiny_exports
from PIL import Image

from trainers.export.errors import ModelExportError
from trainers.export.onnx_file import write_onnx_file
from trainers.export.onnx_keras import export_keras_core
from trainers.export.transform_graph import TransformGraph


@pytest.mark.parametrize("batch_size", [1, 3])
def test_probabilities_equal_those_of_keras(
    keras_bundle_dir: Path, keras_model: keras.Model, transform_graph_dir: Path, batch_size: int
) -> None:
    session = onnxruntime.InferenceSession(str(keras_bundle_dir / "model.onnx"), providers=["CPUExecutionProvider"])
    graph = TransformGraph(transform_graph_dir)

    for encoded in tiny_exports.draw_images(8):
        expected = tiny_exports.keras_probabilities(keras_model, graph.pixels(tf.constant([encoded])).numpy())
        image_HWC = np.asarray(Image.open(io.BytesIO(encoded)).convert("RGB"))
        (probabilities,) = session.run(["probabilities"], {"image": np.stack([image_HWC] * batch_size)})
        assert probabilities.dtype == np.float32
        np.testing.assert_allclose(probabilities, np.repeat(expected, batch_size, axis=0), atol=1e-5)


def test_file_stands_alone_and_names_its_free_axes(keras_bundle_dir: Path) -> None:
    model = onnx.load(keras_bundle_dir / "model.onnx", load_external_data=False)

    onnx.checker.check_model(model, full_check=True)
    (image,) = model.graph.input
    assert [axis.dim_param or axis.dim_value for axis in image.type.tensor_type.shape.dim] == ["N", "H", "W", 3]
    assert image.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert all(tensor.data_location == onnx.TensorProto.DEFAULT for tensor in model.graph.initializer)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 18)]


def test_metadata_says_what_the_model_is(keras_bundle_dir: Path) -> None:
    model = onnx.load(keras_bundle_dir / "model.onnx")

    metadata = {entry.key: entry.value for entry in model.metadata_props}

    assert json.loads(metadata["class_names"]) == ["red", "green", "blue"]
    assert metadata["framework"] == "keras"
    assert metadata["image_size_pixels"] == "16"
    assert json.loads(metadata["antialias"]) in (True, False)
    assert len(json.loads(metadata["scale"])) == len(json.loads(metadata["offset"])) == 3


@pytest.mark.parametrize(("classes", "image_size_pixels"), [(2, 16), (3, 24)])
def test_core_that_does_not_fit_is_refused(
    transform_graph_dir: Path, tmp_path: Path, classes: int, image_size_pixels: int
) -> None:
    core = export_keras_core(
        lambda pixels: tf.reduce_mean(pixels, axis=[1, 2])[:, :classes],
        input_shape=(image_size_pixels, image_size_pixels, 3),
    )

    with pytest.raises(ModelExportError, match=r"must map \[N, 3, 16, 16\] to \[N, 3\], but maps"):
        _write(tmp_path / "model.onnx", core, transform_graph_dir)


def test_core_with_a_fixed_batch_is_refused(transform_graph_dir: Path, tmp_path: Path) -> None:
    core = export_keras_core(lambda pixels: tf.reduce_mean(pixels, axis=[1, 2]), input_shape=(16, 16, 3))
    core.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 2

    with pytest.raises(ModelExportError, match="takes batches of 2 images only"):
        _write(tmp_path / "model.onnx", core, transform_graph_dir)


def _write(path: Path, core: onnx.ModelProto, transform_graph_dir: Path) -> None:
    write_onnx_file(
        path,
        core=core,
        transform_graph_dir=transform_graph_dir,
        class_names=tiny_exports.CLASS_NAMES,
        framework="keras",
    )
