import itertools

import pytest
import torch
from torch import nn
from torch.nn import functional as F

STRIDES = [1, 2, (2, 1)]
PADDINGS = [0, 1, (2, 1)]
DILATIONS = [1, 2, (1, 2)]
SHAPE = (4, 9, 11)


def every_option(groups: int, channels_out: int) -> dict[str, nn.Module]:
    options = itertools.product(STRIDES, PADDINGS, DILATIONS)
    return {
        f"stride {stride} padding {padding} dilation {dilation}": nn.Conv2d(
            4, channels_out, 3, stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bool(padding)
        )
        for stride, padding, dilation in options
    }


@pytest.mark.parametrize(
    ("groups", "channels_out"),
    [
        pytest.param(1, 6, id="dense"),
        pytest.param(2, 6, id="grouped"),
        pytest.param(4, 4, id="depthwise"),
        pytest.param(4, 8, id="depthwise with a multiplier"),
    ],
)
def test_every_option_of_conv2d_equals_torch(check_functions, groups: int, channels_out: int) -> None:
    check_functions(every_option(groups, channels_out), SHAPE)


def test_unequal_and_even_kernels_equal_torch(check_functions) -> None:
    kernels = [1, 2, (1, 3), (3, 1), (4, 3), (5, 2)]
    check_functions(
        {
            f"kernel {kernel} stride {stride} padding {padding}": nn.Conv2d(
                4, 5, kernel, stride=stride, padding=padding
            )
            for kernel, stride, padding in itertools.product(kernels, (1, 3), (0, 1))
        },
        SHAPE,
    )


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_named_padding_equals_torch(check_functions) -> None:
    same = {
        f"same {kernel} dilation {dilation}": nn.Conv2d(4, 4, kernel, padding="same", dilation=dilation, groups=groups)
        for kernel, dilation, groups in [(3, 1, 1), (4, 1, 1), ((2, 5), 1, 4), (3, 2, 1), (2, 2, 2)]
    }
    check_functions({**same, "valid": nn.Conv2d(4, 5, 3, stride=2, padding="valid")}, SHAPE)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_mode_of_a_convolution_equals_torch(check_module, mode: str) -> None:
    check_module(nn.Conv2d(4, 3, 3, padding=(2, 1), padding_mode=mode), SHAPE)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.conv2d(x, x[:1].mean(0, keepdim=True)), "`weight` is computed from the input"),
        (lambda x: F.conv2d(x, torch.ones(1, 4, 3, 3), bias=x.mean().reshape(1)), "`bias` is computed from the input"),
        (lambda x: F.conv3d(x[:, None], torch.ones(1, 1, 2, 2, 2)), "`input` has 5 axes"),
    ],
)
def test_convolution_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.ReLU6(), nn.SiLU(), nn.ELU(), nn.LeakyReLU(0.1), nn.Sigmoid()])
@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_convolution_before_an_activation_runs_in_an_optimised_graph(
    check_module, activation: nn.Module, groups: int
) -> None:
    check_module(nn.Sequential(nn.Conv2d(4, 8, 3, padding=1, groups=groups, dilation=2), activation))


def test_sequence_convolutions_equal_torch(check_functions) -> None:
    options = itertools.product([1, 2], [0, 2], [1, 2], [1, 2, 4])
    check_functions(
        {
            f"stride {stride} padding {padding} dilation {dilation} groups {groups}": nn.Sequential(
                nn.Flatten(2),
                nn.Conv1d(4, 8, 3, stride=stride, padding=padding, dilation=dilation, groups=groups),
            )
            for stride, padding, dilation, groups in options
        }
    )
