"""Models whose height and width are left free, at sizes and batches that torch.export did not see."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
import torch
import torchvision
from torch import nn
from torch.nn import functional

from trainers.export.image_sizes import ImageSizes
from trainers.export.torch_to_tf import MappedModule, UnsupportedModelError, map_module

FREE = (3, None, None)
NEEDS_FIXED_SIZE = "needs a fixed height and width: give them in input_shape"


class UNet(nn.Module):
    """A classifier that halves the images twice, enlarges them again and adds what was there before."""

    def __init__(self, enlarge: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.enlarge = enlarge
        self.down = nn.ModuleList(nn.Conv2d(width, 6, 3, stride=2, padding=1) for width in (3, 6))
        self.up = nn.Conv2d(12, 4, 3, padding=1)
        self.head = nn.Linear(7, 5)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        half = self.down[0](images).relu()
        quarter = self.down[1](half).relu()
        joined = self.up(torch.cat([half, self.enlarge(quarter, half)], 1))
        whole = torch.cat([images, self.enlarge(joined, images)], 1)
        return self.head(whole.mean((2, 3)))


def to_size(mode: str) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    return lambda small, large: functional.interpolate(small, size=large.shape[-2:], mode=mode)


def by_factor(small: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(small, scale_factor=2, mode="bilinear", align_corners=True)


def greatest_difference(module: nn.Module, mapped: MappedModule, shapes: list[tuple[int, int, int]]) -> float:
    """Compare in one graph for all sizes; relative to the range of torch's outputs."""
    traced = tf.function(mapped, input_signature=[tf.TensorSpec([None, *mapped.input_shape])])
    differences = []
    for count, height, width in shapes:
        images = torch.randn(count, 3, height, width, generator=torch.Generator().manual_seed(height))
        with torch.no_grad():
            expected = module(images).numpy()
        result = traced(tf.constant(images.permute(0, 2, 3, 1).contiguous().numpy())).numpy()
        assert result.shape == expected.shape
        differences.append(float(np.abs(result - expected).max() / max(np.ptp(expected), 1e-6)))
    return max(differences)


def refusal(module: nn.Module) -> str:
    with pytest.raises(UnsupportedModelError) as caught:
        map_module(module.eval(), input_shape=FREE)
    return str(caught.value)


@pytest.mark.parametrize("enlarge", [to_size("nearest"), to_size("bilinear"), to_size("nearest-exact")])
def test_skip_connections_to_the_size_of_another_feature_map_take_all_sizes(enlarge) -> None:
    module = UNet(enlarge).eval()
    mapped = map_module(module, input_shape=FREE)

    assert mapped.input_shape == (None, None, 3)
    assert mapped.sizes == ImageSizes(divisor=1, least_pixels=1)
    assert greatest_difference(module, mapped, [(1, 16, 24), (3, 17, 30), (1, 31, 15), (3, 1, 7)]) <= 1e-5


def test_skip_connections_by_a_factor_take_multiples_and_refuse_other_sizes() -> None:
    module = UNet(by_factor).eval()
    mapped = map_module(module, input_shape=FREE)

    assert str(mapped.sizes) == "multiples of 4 from 4 pixels on"
    assert greatest_difference(module, mapped, [(1, 16, 24), (3, 4, 28), (1, 36, 20)]) <= 1e-5
    with pytest.raises(
        ValueError, match=r"width of the images has to be among these: multiples of 4 from 4 .* it is 22"
    ):
        mapped(tf.zeros([1, 16, 22, 3]))
    traced = tf.function(mapped, input_signature=[tf.TensorSpec([None, None, None, 3])])
    with pytest.raises(tf.errors.InvalidArgumentError, match="height of the images has to be among these"):
        traced(tf.zeros([1, 18, 24, 3]))


def test_one_of_height_and_width_may_be_free() -> None:
    module = UNet(to_size("bilinear")).eval()
    mapped = map_module(module, input_shape=(3, 20, None))

    assert mapped.input_shape == (20, None, 3)
    assert greatest_difference(module, mapped, [(1, 20, 24), (3, 20, 19)]) <= 1e-5
    with pytest.raises(ValueError, match="expected float32 images"):
        mapped(tf.zeros([1, 24, 20, 3]))


def test_graph_of_a_fixed_size_asks_for_no_size() -> None:
    mapped = map_module(UNet(to_size("bilinear")).eval(), input_shape=(3, 16, 24))
    graph = tf.function(mapped).get_concrete_function(tf.TensorSpec([None, 16, 24, 3])).graph

    assert mapped.sizes is None
    assert {"Assert", "Range", "Pack"}.isdisjoint(operation.type for operation in graph.get_operations())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("squeezenet1_1", "all from 17 pixels on"),
        pytest.param("resnet18", "all from 1 pixels on", marks=pytest.mark.nightly),
        pytest.param("mobilenet_v3_small", "all from 1 pixels on", marks=pytest.mark.nightly),
        pytest.param("densenet121", "all from 29 pixels on", marks=pytest.mark.nightly),
        pytest.param("alexnet", "all from 63 pixels on", marks=pytest.mark.nightly),
    ],
)
def test_torchvision_model_equals_torch_at_other_sizes_and_batches(name: str, sizes: str) -> None:
    torch.manual_seed(0)
    module = torchvision.models.get_model(name).eval()
    mapped = map_module(module, input_shape=FREE)

    assert str(mapped.sizes) == sizes
    assert greatest_difference(module, mapped, [(1, 64, 96), (3, 65, 90), (1, 101, 83), (3, 96, 64)]) <= 1e-5


def test_linear_layer_behind_all_pixels_is_refused() -> None:
    assert NEEDS_FIXED_SIZE in refusal(nn.Sequential(nn.Flatten(), nn.Linear(3 * 64 * 80, 5)))


def test_vision_transformer_is_refused() -> None:
    assert NEEDS_FIXED_SIZE in refusal(torchvision.models.VisionTransformer(32, 16, 1, 2, 8, 16))


def test_way_that_depends_on_the_size_is_refused_with_its_condition() -> None:
    class Crops(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.mean((2, 3)) if images.shape[2] < 1000 else images.amax((2, 3))

    assert "forward() takes another way, or fails, depending on height and width" in refusal(Crops())


@pytest.mark.parametrize(
    "function",
    [
        lambda x: functional.interpolate(x, scale_factor=2, mode="bicubic"),
        lambda x: functional.interpolate(x, scale_factor=2.3, mode="nearest"),
        lambda x: x.roll(1, 2),
        lambda x: x + torch.arange(x.shape[3]),
        lambda x: x.flatten(2).topk(2).values,
        lambda x: x.sum((2, 3)) / (x.shape[2] * x.shape[3]),
        lambda x: x.unfold(2, 2, 1),
        lambda x: functional.adaptive_avg_pool2d(x, (None, 1)),
        lambda x: x.chunk(2, 2)[0],
    ],
)
def test_op_that_is_carried_at_fixed_sizes_only_is_refused(function) -> None:
    class Applies(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return function(images)

    assert NEEDS_FIXED_SIZE in refusal(Applies())
