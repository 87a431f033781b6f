"""A fully convolutional model of either framework becomes a file that takes images of all heights and widths."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
import torch
from torch import nn

from trainers.export import export_onnx, export_saved_model
from trainers.export.errors import ModelExportError
from trainers.export.self_check import Predict
from trainers.export.torch_to_tf import UnsupportedModelError

SHAPES = [(1, 20, 28, 3), (4, 33, 17, 3), (2, 64, 65, 3)]


class Halving(nn.Module):
    """Halves the images and enlarges them again by a factor, which fits even sizes only."""

    def __init__(self) -> None:
        super().__init__()
        self.halved = nn.Conv2d(3, 3, 3, stride=2, padding=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return (images + nn.functional.interpolate(self.halved(images), scale_factor=2)).mean((2, 3))


def build_torch() -> nn.Module:
    torch.manual_seed(0)
    body = [nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    return nn.Sequential(*body, nn.Conv2d(8, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)).eval()


def build_keras() -> keras.Model:
    layers = keras.layers
    body = [layers.Conv2D(8, 3, strides=2, padding="same"), layers.BatchNormalization(), layers.MaxPooling2D(3, 2)]
    return keras.Sequential([keras.Input((None, None, 3)), *body, layers.GlobalAveragePooling2D(), layers.Dense(5)])


def run_torch(model: nn.Module) -> Predict:
    return lambda images: model(torch.from_numpy(images).permute(0, 3, 1, 2)).detach().numpy()


@pytest.fixture(params=["torch", "keras"])
def case(request: pytest.FixtureRequest) -> tuple[object, tuple[int | None, ...], Predict]:
    if request.param == "torch":
        model = build_torch()
        return model, (3, None, None), run_torch(model)
    model = build_keras()
    return model, (None, None, 3), lambda images: np.asarray(model(images, training=False))


def assert_equal(exported: Predict, expected: Predict) -> None:
    for shape in SHAPES:
        images = np.random.default_rng(shape[1]).normal(size=shape).astype(np.float32)
        np.testing.assert_allclose(exported(images), expected(images), atol=1e-5)


def onnx_predict(path: Path) -> Predict:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return lambda images: session.run(["output"], {"image": images})[0]


def test_saved_model_takes_all_sizes(case, tmp_path: Path) -> None:
    model, input_shape, expected = case

    check = export_saved_model(model, tmp_path, input_shape=input_shape)

    signature = tf.saved_model.load(str(tmp_path)).signatures["serving_default"]
    image = signature.structured_input_signature[1]["image"]
    assert image == tf.TensorSpec([None, None, None, 3], name="image")
    assert_equal(lambda images: signature(image=tf.constant(images))["output"].numpy(), expected)
    assert len(check.differences) == 8


# Of a Keras model too each night: each half of what it needs is in CI, the file of one size and the free SavedModel.
@pytest.mark.slow
@pytest.mark.parametrize("case", ["torch", pytest.param("keras", marks=pytest.mark.nightly)], indirect=True)
def test_onnx_file_takes_all_sizes(case, tmp_path: Path) -> None:
    model, input_shape, expected = case

    check = export_onnx(model, tmp_path / "model.onnx", input_shape=input_shape)

    assert_equal(onnx_predict(tmp_path / "model.onnx"), expected)
    assert len(check.differences) == 8


@pytest.mark.slow
def test_onnx_file_fails_at_sizes_that_the_model_does_not_take(tmp_path: Path) -> None:
    model = Halving().eval()

    export_onnx(model, tmp_path / "model.onnx", input_shape=(3, None, None))

    predict = onnx_predict(tmp_path / "model.onnx")
    images = np.ones((2, 6, 10, 3), np.float32)
    np.testing.assert_allclose(predict(images), run_torch(model)(images), atol=1e-5)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match="multiples_of_2"):
        predict(np.ones((2, 6, 9, 3), np.float32))


@pytest.mark.parametrize("export", [export_saved_model, export_onnx])
def test_models_of_one_size_are_refused(export: Callable[..., object], tmp_path: Path) -> None:
    flattening = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(5)])
    with pytest.raises(ModelExportError, match="needs a fixed height and width in input_shape"):
        export(flattening, tmp_path / "model", input_shape=(None, None, 3))
    linear = nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 5))
    with pytest.raises(UnsupportedModelError, match="needs a fixed height and width: give them in input_shape"):
        export(linear, tmp_path / "model", input_shape=(3, None, None))


def test_number_of_channels_is_never_free(tmp_path: Path) -> None:
    with pytest.raises(ModelExportError, match="None for H or W leaves that free"):
        export_saved_model(nn.Flatten(), tmp_path, input_shape=(None, 3, 3))
