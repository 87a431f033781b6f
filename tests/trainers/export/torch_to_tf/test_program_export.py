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


class Result:
    """An object with the logits in it."""

    def __init__(self, logits: torch.Tensor) -> None:
        self.logits = logits


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


def test_model_that_fails_on_such_images_is_refused_in_its_own_words(refusal) -> None:
    message = refusal(nn.Conv2d(3, 5, 3))
    assert "forward() fails on a batch of images of C, H, W = (4, 6, 8)" in message
    assert "expected input[2, 4, 6, 8] to have 3 channels" in message


def test_any_error_of_forward_is_told_with_its_place(refusal) -> None:
    def too_small(images: torch.Tensor) -> torch.Tensor:
        raise ArithmeticError("images have to be 64 pixels")

    message = refusal(too_small)
    assert "test_program_export.py" in message
    assert "in too_small). torch says: images have to be 64 pixels" in message


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: torch.from_numpy(x.numpy() * 2), "turns a tensor into a NumPy array"),
        (lambda x: x + torch.zeros(8, device="cuda"), "device=x.device"),
        (Result, "exactly one tensor, not an object"),
        (lambda x: x.to_sparse(), "torch.export cannot follow it"),
    ],
)
def test_what_torch_export_cannot_follow_is_explained_in_one_sentence(refusal, function, reason: str) -> None:
    message = refusal(function)
    assert reason in message
    assert "\n" not in message


def test_change_of_a_tensor_that_is_no_buffer_is_refused(refusal) -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.calls = torch.zeros(1)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            return images * self.calls

    assert "changes a tensor that the module keeps" in refusal(Counting())


@pytest.mark.parametrize("function", [lambda x: x.mean(), lambda x: x.mean(0)])
def test_output_without_a_row_for_each_image_is_refused(refusal, function) -> None:
    assert "return one row for each image" in refusal(function)


def test_wrapper_with_any_number_of_inputs_is_carried(check_module) -> None:
    check_module(nn.DataParallel(nn.Conv2d(4, 5, 3)))


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
    assert "does not depend on the input" in refusal(lambda x: torch.ones(x.shape[0], 3) * 2)


def test_change_of_the_images_in_place_is_carried(check_module) -> None:
    class InPlace(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.clone().mul_(2).relu_() + 1

    check_module(InPlace())


def test_output_that_is_the_input_is_carried(check_module) -> None:
    check_module(nn.Identity())
