import keras
import pytest

from trainers.keras_trainer import models
from trainers.recipes.config import HeadConfig


@pytest.mark.parametrize("build", [models.cnn, models.resnet])
@pytest.mark.parametrize("size", [32, 47])
def test_maps_images_of_any_size_to_logits(build: type[keras.Model], size: int) -> None:
    model = build(num_classes=7, image_shape=(size, size, 3), head=HeadConfig())
    assert model.input_shape == (None, size, size, 3)
    assert model.output_shape == (None, 7)


@pytest.mark.parametrize(("build", "low", "high"), [(models.cnn, 90_000, 250_000), (models.resnet, 300_000, 1_500_000)])
def test_has_the_promised_size_whatever_the_images(build: type[keras.Model], low: int, high: int) -> None:
    counts = {build(num_classes=10, image_shape=(size, size, 3), head=HeadConfig()).count_params() for size in (32, 64)}
    assert len(counts) == 1
    assert low < counts.pop() < high
