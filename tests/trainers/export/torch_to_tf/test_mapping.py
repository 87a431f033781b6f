from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import torch
from torch import nn

from trainers.export.torch_to_tf import MappedModule, map_module

SHAPE = (3, 12, 10)


class Residual(nn.Module):
    """A small residual network: strided and depthwise convolutions, a gate, and a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True))
        self.block = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.BatchNorm2d(8), nn.Hardswish())
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1), nn.Hardsigmoid())
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(8 * 3 * 3, 5))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        images = self.stem(images)
        images = images + self.block(images) * self.gate(images)
        return self.head(self.pool(images).flatten(1)).softmax(-1)


@pytest.fixture(scope="module")
def model() -> Residual:
    torch.manual_seed(0)
    model = Residual()
    for _ in range(10):
        model(torch.randn(16, *SHAPE))
    return model.eval()


@pytest.fixture(scope="module")
def mapped(model: Residual) -> MappedModule:
    return map_module(model, input_shape=SHAPE)


@pytest.fixture
def graph(mapped: MappedModule) -> tf.Graph:
    return tf.function(mapped).get_concrete_function(tf.TensorSpec([None, 12, 10, 3])).graph


def compare(model: nn.Module, mapped: MappedModule, batch_size: int, dtype: torch.dtype = torch.float32) -> float:
    images = torch.randn(batch_size, *SHAPE, dtype=dtype)
    with torch.no_grad():
        expected = model(images).numpy()
    result = mapped(tf.constant(images.permute(0, 2, 3, 1).contiguous().numpy())).numpy()
    return float(np.abs(result - expected).max() / np.ptp(expected))


@pytest.mark.parametrize("batch_size", [1, 2, 7])
def test_mapped_module_equals_torch_at_every_batch_size(model: Residual, mapped: MappedModule, batch_size: int) -> None:
    assert compare(model, mapped, batch_size) <= 1e-5


def test_only_the_flattening_head_transposes(graph: tf.Graph) -> None:
    assert sum(operation.type == "Transpose" for operation in graph.get_operations()) <= 1


def test_graph_has_ordinary_ops_only(graph: tf.Graph) -> None:
    types = {operation.type for operation in graph.get_operations()}
    assert types.isdisjoint({"PyFunc", "EagerPyFunc", "XlaCallModule", "PartitionedCall"})
    assert "FusedBatchNormV3" not in types


def test_weights_are_trainable_variables_named_after_torchs_parameters(mapped: MappedModule) -> None:
    assert set(mapped.weights) == {
        "stem.0.weight/HWIO",
        "stem.0.bias",
        "block.0.weight/HWIM_8_groups",
        "block.0.bias",
        "gate.1.weight/HWIO",
        "gate.1.bias",
        "head.1.weight/IO",
        "head.1.bias",
    }
    assert len(mapped.trainable_variables) == len(mapped.variables) == 8


def test_every_weight_has_a_gradient(mapped: MappedModule) -> None:
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(mapped(tf.random.normal([3, 12, 10, 3]))))
    assert None not in tape.gradient(loss, mapped.trainable_variables)


def test_saved_model_gives_the_same_and_keeps_its_variables(
    model: Residual, mapped: MappedModule, tmp_path: Path
) -> None:
    spec = tf.TensorSpec([None, 12, 10, 3], name="pixels")
    holder = tf.Module()
    holder.model = mapped
    holder.serve = tf.function(lambda pixels: {"output": mapped(pixels)}, input_signature=[spec])
    tf.saved_model.save(holder, str(tmp_path), signatures={"serving_default": holder.serve})
    loaded = tf.saved_model.load(str(tmp_path))
    served = loaded.signatures["serving_default"]
    for batch_size in (1, 7):
        images = torch.randn(batch_size, *SHAPE)
        result = served(pixels=tf.constant(images.permute(0, 2, 3, 1).contiguous().numpy()))["output"].numpy()
        assert np.abs(result - model(images).detach().numpy()).max() <= 1e-5
    assert len(served.variables) == 8


def test_training_the_torch_module_on_does_not_change_the_mapped_one(model: Residual, mapped: MappedModule) -> None:
    before = mapped.weights["head.1.bias"].numpy()
    original = model.head[1].bias.detach().clone()
    with torch.no_grad():
        model.head[1].bias.add_(1)
    after = mapped.weights["head.1.bias"].numpy()
    with torch.no_grad():
        model.head[1].bias.copy_(original)
    np.testing.assert_array_equal(after, before)


def test_model_in_training_mode_is_mapped_in_evaluation_mode_and_left_as_it_was() -> None:
    model = nn.Sequential(nn.Dropout(0.5), nn.Flatten(), nn.Dropout(0.5)).train()
    model[2].eval()
    mapped = map_module(model, input_shape=SHAPE)
    assert [model.training, model[0].training, model[2].training] == [True, True, False]
    assert compare(nn.Flatten(), mapped, 2) == 0


def test_float64_model_is_mapped_in_float64() -> None:
    torch.manual_seed(0)
    model = Residual().double().eval()
    mapped = map_module(model, input_shape=SHAPE)
    assert mapped.dtype == tf.float64
    assert compare(model, mapped, 3, torch.float64) <= 1e-12


def test_image_shaped_output_is_in_torchs_order_of_axes() -> None:
    mapped = map_module(nn.Conv2d(3, 5, 1), input_shape=SHAPE)
    assert mapped(tf.zeros([2, 12, 10, 3])).shape == [2, 5, 12, 10]


@pytest.mark.parametrize(
    "pixels", [tf.zeros([2, 10, 12, 3]), tf.zeros([12, 10, 3]), tf.zeros([2, 12, 10, 3], tf.float64)]
)
def test_wrong_images_are_refused(mapped: MappedModule, pixels: tf.Tensor) -> None:
    with pytest.raises(ValueError, match=r"expected float32 images \[N, H, W, C\] = \[N, 12, 10, 3\]"):
        mapped(pixels)
