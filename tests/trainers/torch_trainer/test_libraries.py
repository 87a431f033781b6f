import urllib.error
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from trainers.config import TrainConfig
from trainers.errors import ModelSourceError, WeightsError
from trainers.models.source import LibraryModel
from trainers.normalization import IMAGENET
from trainers.recipes.config import HeadConfig
from trainers.torch_trainer.blocks import split_model
from trainers.torch_trainer.build import build_model
from trainers.torch_trainer.head import find_head
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.libraries import build_library_model
from trainers.weights.source import LibraryWeights

pytestmark = pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning")


def _build(name: str, *, library: str = "torchvision", weights: str = "", **head: object) -> object:
    return build_library_model(
        LibraryModel(library, name),  # type: ignore[arg-type]
        num_classes=4,
        image_size_pixels=32,
        head=HeadConfig.model_validate(head),
        weights=LibraryWeights(weights) if weights else None,
    )


def test_weights_that_the_library_does_not_have_are_named() -> None:
    with pytest.raises(WeightsError, match=r"no weights 'IMAGENET1K_V9'; it has IMAGENET1K_V1, DEFAULT"):
        _build("resnet18", weights="IMAGENET1K_V9")


def test_a_download_that_fails_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))

    def fail(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route")

    monkeypatch.setattr("torch.hub.urlopen", fail)
    with pytest.raises(WeightsError, match=r"cannot be downloaded from https://download\.pytorch\.org.*no route"):
        _build("resnet18", weights="imagenet")


def test_downloaded_weights_bring_their_normalisation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    entry = torchvision.models.get_model_weights("resnet18")["DEFAULT"]
    stored = torchvision.models.resnet18(num_classes=1000)
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    torch.save(stored.state_dict(), tmp_path / "hub" / "checkpoints" / entry.url.rpartition("/")[2])
    monkeypatch.setattr("torch.hub.load_state_dict_from_url", _load_unchecked(tmp_path))
    network = _build("resnet18", weights="imagenet", hidden_units=8)
    assert network.wanted == IMAGENET  # type: ignore[attr-defined]
    assert torch.equal(network.model.layer1[0].conv1.weight, stored.layer1[0].conv1.weight)  # type: ignore[attr-defined]
    assert find_head(network.model, 4) == "fc"  # type: ignore[attr-defined]


def _load_unchecked(home: Path) -> object:
    """Stand in for the hub's loader, whose checksum fits the real weights alone."""

    def load(url: str, **_: object) -> object:
        return torch.load(home / "hub" / "checkpoints" / url.rpartition("/")[2], weights_only=True)

    return load


def test_every_torchvision_preset_tells_mean_and_size() -> None:
    for name in ("resnet50", "mobilenet_v2", "efficientnet_b0", "vit_b_16"):
        for entry in torchvision.models.get_model_weights(name):
            preset = entry.transforms()
            assert len(preset.mean) == len(preset.std) == 3
            assert preset.crop_size[0] >= 224


def test_the_pooling_of_a_model_can_be_another() -> None:
    model = _build("resnet18", pooling="max", dropout=0.2).model  # type: ignore[attr-defined]
    assert isinstance(model.avgpool, torch.nn.AdaptiveMaxPool2d)
    with pytest.raises(ModelSourceError, match="no pooling layer that can be replaced"):
        _build("shufflenet_v2_x0_5", pooling="max")


def test_timm_models_are_built_with_the_head_of_the_configuration() -> None:
    model = _build("resnet10t", library="timm", pooling="max", hidden_units=8).model  # type: ignore[attr-defined]
    with torch.no_grad():
        assert model.eval()(torch.zeros(2, 3, 32, 32)).shape == (2, 4)
    assert sum(p.numel() for p in split_model(model, find_head(model, 4))[1].parameters) == 512 * 8 + 8 + 8 * 4 + 4


def test_the_blocks_of_a_transformer_are_its_layers() -> None:
    model = build_model("torchvision:vit_b_16", num_classes=4, image_shape=(32, 32, 3), seed=0)
    blocks, head = split_model(model, find_head(model, 4))
    assert sum(block.name.startswith("encoder.layers.") for block in blocks) == 12
    assert head.size == 768 * 4 + 4
    assert sum(block.size for block in blocks) + head.size == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("image_size_pixels", [32])
def test_one_image_alone_is_a_batch_even_where_the_features_are_one_pixel(image_size_pixels: int) -> None:
    shape = (image_size_pixels, image_size_pixels, 3)
    model = build_model("torchvision:shufflenet_v2_x0_5", num_classes=4, image_shape=shape, seed=0)
    config = TrainConfig(model="torchvision:shufflenet_v2_x0_5")
    learner = TorchLearner(model, config, class_weights_K=np.ones(4, np.float32), device=torch.device("cpu"))
    learner.train_on_batch(np.zeros((1, *shape), np.float32), np.array([1]), learning_rate=0.01)
    totals = learner.train_totals()
    assert totals.num_correct in {0, 1}
    assert np.isfinite(totals.loss_sum)
