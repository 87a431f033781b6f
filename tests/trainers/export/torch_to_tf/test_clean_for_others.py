"""What is mapped converts with TFLite's built-in ops alone and compiles with XLA."""

import numpy as np
import pytest
import tensorflow as tf
import torch
from torch import nn

from trainers.export.torch_to_tf import MappedModule, map_module

SHAPE = (4, 12, 12)


class Attention(nn.Module):
    """Patches, layer norm, attention, an exact GELU, a grouped convolution and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(4, 16, 4, stride=4)
        self.norm = nn.LayerNorm(16)
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
        self.mix = nn.Sequential(nn.Conv2d(16, 16, 3, padding=1, groups=4), nn.ReLU(), nn.Conv2d(16, 16, 1), nn.GELU())
        self.head = nn.Linear(16, 5)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        tokens = self.norm(self.patches(images).flatten(2).transpose(1, 2))
        tokens = tokens + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return self.head(self.mix(tokens.transpose(1, 2).unflatten(2, (3, 3))).mean((2, 3)))


class Convolutions(nn.Module):
    """Strided, depthwise and transposed convolutions, pooling, resizing and padding."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.Sequential(
            nn.Conv2d(4, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.Hardswish(),
            nn.Conv2d(8, 8, 3, padding=1, groups=8),
            nn.ReLU6(),
            nn.ConvTranspose2d(8, 8, 2, stride=2),
            nn.ReflectionPad2d(1),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.AdaptiveAvgPool2d(2),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        images = self.parts(images[:, :, 2::2].roll(1, 2))
        return torch.cat([images[:, :, 0::2], images[..., 1:2, :]], 1).flatten(1)


@pytest.fixture(scope="module", params=[Attention, Convolutions])
def model(request: pytest.FixtureRequest) -> nn.Module:
    torch.manual_seed(0)
    return request.param().eval()


@pytest.fixture(scope="module")
def mapped(model: nn.Module) -> MappedModule:
    return map_module(model, input_shape=SHAPE)


def random_images(batch_size: int) -> torch.Tensor:
    return torch.randn(batch_size, *SHAPE, generator=torch.Generator().manual_seed(batch_size))


def expected(model: nn.Module, images: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return model(images).numpy()


# TensorFlow points to a package that does not hold the converter's version.
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
def test_tflite_converts_with_built_in_ops_and_gives_the_same(model: nn.Module, mapped: MappedModule) -> None:
    function = tf.function(mapped).get_concrete_function(tf.TensorSpec([1, 12, 12, 4]))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], mapped)
    interpreter = tf.lite.Interpreter(model_content=converter.convert())
    interpreter.allocate_tensors()
    images = random_images(1)

    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], images.permute(0, 2, 3, 1).numpy())
    interpreter.invoke()

    result = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(result, expected(model, images), atol=1e-5)


@pytest.mark.slow
def test_xla_compiles_and_gives_the_same(model: nn.Module, mapped: MappedModule) -> None:
    compiled = tf.function(mapped, jit_compile=True)
    for batch_size in (1, 3):
        images = random_images(batch_size)
        result = compiled(tf.constant(images.permute(0, 2, 3, 1).contiguous().numpy())).numpy()
        np.testing.assert_allclose(result, expected(model, images), atol=1e-5)
