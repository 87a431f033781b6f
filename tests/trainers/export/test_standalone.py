"""One model of either framework becomes a file that takes `image` and gives `output`."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
import tiny_exports
import torch

from trainers.export import export_onnx, export_saved_model
from trainers.export.errors import ModelExportError


def images(batch_size: int) -> np.ndarray:
    return np.random.default_rng(batch_size).normal(size=(batch_size, 16, 16, 3)).astype(np.float32)


def expected(model: torch.nn.Module | keras.Model, images_NHWC: np.ndarray) -> np.ndarray:
    if isinstance(model, keras.Model):
        return np.asarray(model(images_NHWC, training=False))
    with torch.no_grad():
        return model(torch.from_numpy(images_NHWC).permute(0, 3, 1, 2)).numpy()


@pytest.fixture(params=["torch", "keras"])
def case(request: pytest.FixtureRequest, keras_model: keras.Model) -> tuple[object, tuple[int, int, int]]:
    if request.param == "keras":
        return keras_model, (16, 16, 3)
    return tiny_exports.build_torch_module(), (3, 16, 16)


def test_saved_model_takes_images_and_gives_the_models_output(case, tmp_path: Path) -> None:
    model, input_shape = case

    check = export_saved_model(model, tmp_path / "model", input_shape=input_shape)

    loaded = tf.saved_model.load(str(tmp_path / "model"))
    signature = loaded.signatures["serving_default"]
    assert signature.structured_input_signature[1]["image"] == tf.TensorSpec([None, 16, 16, 3], name="image")
    for batch_size in (1, 7):
        output = signature(image=tf.constant(images(batch_size)))["output"].numpy()
        np.testing.assert_allclose(output, expected(model, images(batch_size)), atol=1e-5)
    assert loaded.signatures["serving_default"].variables
    assert len(check.differences) == 4
    assert check.greatest <= 1e-5


@pytest.mark.slow
def test_onnx_file_takes_images_and_gives_the_models_output(case, tmp_path: Path) -> None:
    model, input_shape = case

    check = export_onnx(model, tmp_path / "model.onnx", input_shape=input_shape)

    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    for batch_size in (1, 7):
        (output,) = session.run(["output"], {"image": images(batch_size)})
        np.testing.assert_allclose(output, expected(model, images(batch_size)), atol=1e-5)
    assert check.greatest <= 1e-5


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_model_in_half_precision_keeps_its_weights_and_computes_in_float32(dtype: torch.dtype, tmp_path: Path) -> None:
    model = tiny_exports.build_torch_module().to(dtype)

    export_saved_model(model, tmp_path, input_shape=(3, 16, 16))

    signature = tf.saved_model.load(str(tmp_path)).signatures["serving_default"]
    output = signature(image=tf.constant(images(2)))["output"].numpy()
    assert next(model.parameters()).dtype is dtype
    assert output.dtype == np.float32
    np.testing.assert_allclose(output, expected(model.float(), images(2)), atol=1e-5)


class Flattening(torch.nn.Module):
    """Calls view(), as many tutorials do, which depends on how the images lie in memory; and changes the images."""

    def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
        images_NCHW[:, 0] *= 2
        return images_NCHW.view(-1, 3 * 4 * 5)


def test_model_that_needs_images_as_torch_lays_them_out_is_checked(tmp_path: Path) -> None:
    assert export_saved_model(Flattening(), tmp_path, input_shape=(3, 4, 5)).greatest == 0


@pytest.mark.slow
def test_onnx_refuses_in_one_sentence(tmp_path: Path) -> None:
    class TwoOutputs(torch.nn.Module):
        def forward(self, images_NCHW: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return images_NCHW, images_NCHW

    class Eigenvalues(torch.nn.Module):
        def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
            return torch.linalg.eigvalsh(images_NCHW)

    with pytest.raises(ValueError, match="has to return exactly one tensor"):
        export_onnx(TwoOutputs(), tmp_path / "model.onnx", input_shape=(3, 4, 4))
    with pytest.raises(ModelExportError, match=r"ONNX exporter cannot carry the model: No ONNX function found .*eigh"):
        export_onnx(Eigenvalues(), tmp_path / "model.onnx", input_shape=(3, 4, 4))


def test_trained_further_in_tensorflow_the_saved_weights_change(tmp_path: Path) -> None:
    export_saved_model(tiny_exports.build_torch_module(), tmp_path, input_shape=(3, 16, 16))
    loaded = tf.saved_model.load(str(tmp_path))

    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(loaded.serve(tf.constant(images(4)))["output"] ** 2)
    gradients = tape.gradient(loss, loaded.model_variables)

    assert len(gradients) == 4
    assert all(gradient is not None for gradient in gradients)


def test_what_is_no_model_and_no_image_shape_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelExportError, match=r"must be a keras.Model or a torch.nn.Module, but is builtins.dict"):
        export_saved_model({}, tmp_path, input_shape=(3, 16, 16))
    with pytest.raises(ModelExportError, match="three positive numbers without the batch"):
        export_onnx(torch.nn.Flatten(), tmp_path / "model.onnx", input_shape=(1, 3, 16, 16))


def test_model_whose_numbers_are_not_finite_is_refused(tmp_path: Path) -> None:
    class Logarithm(torch.nn.Module):
        def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
            return images_NCHW.log()

    with pytest.raises(ModelExportError, match="numbers that are not finite"):
        export_saved_model(Logarithm(), tmp_path, input_shape=(3, 4, 4))


def test_importing_the_package_loads_no_framework() -> None:
    code = (
        "import sys, trainers.export\n"
        "print(sorted({'torch', 'tensorflow', 'keras', 'onnx', 'onnxruntime'} & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert finished.stdout.strip() == "[]"
