from pathlib import Path

import numpy as np
import pytest

from trainers.errors import ModelSourceError
from trainers.keras_trainer.build import build_model

_FLAT = """
import keras

def build_model(*, num_classes, image_shape):
    return keras.Sequential([keras.Input(image_shape), keras.layers.Flatten(), keras.layers.Dense(num_classes)])

def subclassed(*, num_classes, image_shape):
    class Flat(keras.Model):
        def __init__(self):
            super().__init__()
            self.flatten, self.dense = keras.layers.Flatten(), keras.layers.Dense(num_classes)

        def call(self, pixels):
            return self.dense(self.flatten(pixels))

    return Flat()

def too_few(*, num_classes, image_shape):
    return build_model(num_classes=2, image_shape=image_shape)

def softmax(*, num_classes, image_shape):
    return keras.Sequential([build_model(num_classes=num_classes, image_shape=image_shape), keras.layers.Softmax()])

def layer(*, num_classes, image_shape):
    return keras.layers.Dense(num_classes)
"""


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "flat.py"
    path.write_text(_FLAT)
    return path


def test_the_seed_decides_the_initial_weights() -> None:
    first, again, other = (
        build_model("cnn", num_classes=3, image_shape=(16, 16, 3), seed=seed).get_weights()[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("function", ["build_model", "subclassed"])
def test_a_model_of_the_users_own_is_built(model_file: Path, function: str) -> None:
    model = build_model(f"{model_file}:{function}", num_classes=4, image_shape=(8, 8, 3), seed=0)
    assert model.count_params() == 8 * 8 * 3 * 4 + 4


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("too_few", r"shape \[2, 2\]; expected \[2, 4\]"),
        ("softmax", "Remove the softmax"),
        ("layer", r"built a Dense; expected a keras\.Model"),
        ("buildmodel", "Did you mean 'build_model'"),
    ],
)
def test_a_broken_contract_is_refused(model_file: Path, function: str, message: str) -> None:
    with pytest.raises(ModelSourceError, match=message):
        build_model(f"{model_file}:{function}", num_classes=4, image_shape=(8, 8, 3), seed=0)


def test_torchvision_models_are_refused() -> None:
    with pytest.raises(ModelSourceError, match="is a PyTorch model"):
        build_model("torchvision:resnet18", num_classes=4, image_shape=(64, 64, 3), seed=0)


def test_images_too_small_for_the_model_are_refused() -> None:
    with pytest.raises(ModelSourceError, match="needs images of 16 pixels a side"):
        build_model("resnet", num_classes=4, image_shape=(8, 8, 3), seed=0)
