from collections.abc import Callable

import pytest
import torch

from trainers.torch_trainer import models

Builder = Callable[..., torch.nn.Module]


@pytest.mark.parametrize("build", [models.cnn, models.resnet])
@pytest.mark.parametrize("size", [32, 47])
def test_maps_images_of_any_size_to_logits(build: Builder, size: int) -> None:
    model = build(num_classes=7, image_shape=(size, size, 3))
    assert model(torch.zeros(2, 3, size, size)).shape == (2, 7)


@pytest.mark.parametrize(("build", "low", "high"), [(models.cnn, 90_000, 250_000), (models.resnet, 300_000, 1_500_000)])
def test_has_the_promised_size_whatever_the_images(build: Builder, low: int, high: int) -> None:
    counts = {
        sum(p.numel() for p in build(num_classes=10, image_shape=(size, size, 3)).parameters()) for size in (32, 64)
    }
    assert len(counts) == 1
    assert low < counts.pop() < high
