import numpy as np
import pytest
import tensorflow as tf
import torch
from torch import nn

from trainers.export.torch_to_tf import map_module


class Counting(nn.Module):
    """Counts its calls in a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.calls.add_(1)
        return images * 2


class TwoInputs(nn.Module):
    """Takes more than the images."""

    def forward(self, images: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return images * scale


def test_change_of_a_buffer_is_refused(refusal) -> None:
    assert "forward() changes these buffers in evaluation mode: calls" in refusal(Counting())


def test_second_input_is_refused(refusal) -> None:
    assert "cannot be called with one tensor (missing a required argument: 'scale')" in refusal(TwoInputs())


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x, x + 1),
        lambda x: [x],
        lambda x: {"logits": x},
        lambda x: x.shape[0],
        lambda x: None,
    ],
)
def test_anything_but_one_tensor_as_output_is_refused(refusal, function) -> None:
    assert "has to return exactly one tensor" in refusal(function)


@pytest.mark.parametrize(
    "function",
    [lambda x: x + 1 if x.sum() > 0 else x, lambda x: x * x.max().item() if x.max().item() > 1 else x],
)
def test_decision_on_values_is_explained_in_one_sentence(refusal, function) -> None:
    assert "decides on the values of a tensor" in refusal(function)


@pytest.mark.parametrize(
    "function", [lambda x: x.reshape(2, -1), lambda x: x + 1 if x.shape[0] == 2 else x, lambda x: x[:2] + x]
)
def test_fixed_batch_size_is_refused(refusal, function) -> None:
    assert "forward() works for some batch sizes only" in refusal(function)


def test_model_that_cannot_take_such_images_is_refused(refusal) -> None:
    assert "could not run forward() on a batch of images of C, H, W = (4, 6, 8)" in refusal(nn.Conv2d(3, 5, 3))


def test_mixed_weights_are_refused(refusal) -> None:
    assert "make them one type, float32" in refusal(nn.Sequential(nn.Conv2d(4, 5, 3), nn.Conv2d(5, 5, 3).double()))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_carried_in_float32(dtype: torch.dtype) -> None:
    module = nn.Conv2d(4, 5, 3).to(dtype)
    mapped = map_module(module, input_shape=(4, 6, 8))
    images = torch.randn(2, 4, 6, 8)
    result = mapped(tf.constant(images.permute(0, 2, 3, 1).numpy())).numpy()
    np.testing.assert_allclose(result, module.float()(images).detach(), atol=1e-5)


def test_model_on_another_device_is_refused(refusal) -> None:
    assert "move it to the CPU" in refusal(nn.Conv2d(4, 5, 3, device="meta"))


def test_output_that_ignores_the_images_is_refused(refusal) -> None:
    assert "does not depend on the input" in refusal(lambda x: torch.ones(3) * 2)


def test_change_of_the_images_in_place_is_carried(check_module) -> None:
    class InPlace(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.clone().mul_(2).relu_() + 1

    check_module(InPlace())


def test_output_that_is_the_input_is_carried(check_module) -> None:
    check_module(nn.Identity())
