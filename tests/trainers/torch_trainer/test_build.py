from pathlib import Path

import pytest
import torch

from trainers.errors import ModelSourceError
from trainers.torch_trainer.build import build_model

_FLAT = """
from torch import nn

def build_model(*, num_classes, image_shape):
    height, width, channels = image_shape
    return nn.Sequential(nn.Flatten(), nn.Linear(height * width * channels, num_classes))

def too_few(*, num_classes, image_shape):
    return build_model(num_classes=2, image_shape=image_shape)

def softmax(*, num_classes, image_shape):
    return nn.Sequential(build_model(num_classes=num_classes, image_shape=image_shape), nn.Softmax(dim=1))

def function(*, num_classes, image_shape):
    return lambda pixels: pixels

class Pair(nn.Module):
    def forward(self, pixels):
        return pixels, pixels

def pair(*, num_classes, image_shape):
    return Pair()
"""


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "flat.py"
    path.write_text(_FLAT)
    return path


def test_the_seed_decides_the_initial_weights() -> None:
    first, again, other = (
        next(build_model("cnn", num_classes=3, image_shape=(16, 16, 3), seed=seed).parameters()) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_model_of_the_users_own_is_built(model_file: Path) -> None:
    model = build_model(f"{model_file}:build_model", num_classes=4, image_shape=(8, 8, 3), seed=0)
    assert sum(p.numel() for p in model.parameters()) == 8 * 8 * 3 * 4 + 4


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("too_few", r"shape \[2, 2\]; expected \[2, 4\]"),
        ("softmax", "Remove the softmax"),
        ("function", r"built a function; expected a torch\.nn\.Module"),
        ("pair", "answers a tuple; expected one tensor"),
        ("buildmodel", "Did you mean 'build_model'"),
    ],
)
def test_a_broken_contract_is_refused(model_file: Path, function: str, message: str) -> None:
    with pytest.raises(ModelSourceError, match=message):
        build_model(f"{model_file}:{function}", num_classes=4, image_shape=(8, 8, 3), seed=0)


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small"])
def test_torchvision_models_get_the_right_number_of_classes(name: str) -> None:
    model = build_model(f"torchvision:{name}", num_classes=4, image_shape=(64, 64, 3), seed=0)
    with torch.no_grad():
        assert model(torch.zeros(3, 3, 64, 64)).shape == (3, 4)


def test_an_unknown_torchvision_model_is_refused() -> None:
    with pytest.raises(ModelSourceError, match=r"no classification model 'resnet19'.*Did you mean"):
        build_model("torchvision:resnet19", num_classes=4, image_shape=(64, 64, 3), seed=0)


def test_images_too_small_for_the_model_are_refused() -> None:
    with pytest.raises(ModelSourceError, match="needs images of 16 pixels a side"):
        build_model("resnet", num_classes=4, image_shape=(8, 8, 3), seed=0)
