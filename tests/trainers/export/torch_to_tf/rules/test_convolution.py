import warnings

import pytest
import torch
from drawn_options import Function, Shape, one_of, one_or_two, options, shapes, table
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

SIZES = st.integers(1, 4)
GROUPS = one_of("one", "two", "each")
CONVOLUTIONS = options(
    kernel_size=one_or_two(1, 4),
    stride=one_or_two(1, 3),
    padding=one_or_two(0, 3) | one_of("same", "valid"),
    dilation=one_or_two(1, 3),
    groups=GROUPS,
    per_group=st.integers(1, 2),
    bias=st.booleans(),
    padding_mode=one_of("zeros", "zeros", "reflect", "replicate", "circular"),
)
SEQUENCE_CONVOLUTIONS = options(
    kernel_size=SIZES,
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
    groups=GROUPS,
    per_group=st.integers(1, 2),
    bias=st.booleans(),
)


def convolution(kind: type[nn.Module], shape: Shape, *, groups: str, per_group: int, **others: object) -> nn.Module:
    count = {"one": 1, "two": 2, "each": shape[0]}[groups]
    # torch warns of a copy where `same` pads an even kernel unequally.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(shape[0], count * per_group, groups=count, **others)


def image_convolution(shape: Shape, **others: object) -> Function:
    return convolution(nn.Conv2d, shape, **others)


def sequence_convolution(shape: Shape, **others: object) -> Function:
    return nn.Sequential(nn.Flatten(2), convolution(nn.Conv1d, shape, **others))


CONV2D_CASES = {
    (4, 8, 3): table(
        "kernel_size stride padding dilation groups per_group bias padding_mode",
        ((2, 1), (2, 1), (2, 0), (2, 1), "one", 2, False, "zeros"),
        (3, (2, 2), (1, 2), 3, "each", 1, True, "circular"),
        ((1, 1), 3, 2, (2, 3), "two", 2, False, "replicate"),
        (1, 1, "same", (1, 1), "one", 1, False, "reflect"),
        (1, 1, 0, 1, "one", 1, False, "zeros"),
        (2, 1, "valid", 1, "one", 1, False, "circular"),
        ((4, 3), 1, 1, 1, "each", 1, True, "zeros"),
        (2, (1, 3), (1, 1), (1, 2), "two", 1, False, "zeros"),
    ),
    (2, 5, 1): table(
        "kernel_size stride padding dilation groups per_group bias padding_mode",
        ((2, 1), (2, 1), (2, 0), (2, 1), "one", 2, False, "zeros"),
        (1, 1, 1, 1, "each", 1, True, "circular"),
        ((1, 1), 3, 2, (2, 3), "two", 2, False, "replicate"),
        (2, (1, 3), (1, 1), 2, "two", 1, False, "zeros"),
        ((4, 1), 1, "same", (1, 1), "one", 1, False, "reflect"),
    ),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_every_option_of_conv2d_equals_torch(check_options) -> None:
    check_options(CONVOLUTIONS, image_convolution, shapes=shapes([2, 4, 6], 1, 11), cases=CONV2D_CASES)


CONV1D_CASES = {
    (2, 4, 5): table(
        "kernel_size stride padding dilation groups per_group bias",
        (1, 1, 0, 1, "one", 1, False),
        (2, 3, 3, 2, "each", 2, True),
        (4, 2, 2, 3, "two", 1, False),
        (3, 2, 1, 1, "two", 1, False),
    ),
    (2, 5, 1): table(
        "kernel_size stride padding dilation groups per_group bias",
        (1, 1, 0, 1, "one", 1, False),
        (2, 3, 3, 2, "each", 2, True),
        (3, 2, 2, 3, "two", 2, True),
        (4, 2, 1, 1, "one", 2, True),
    ),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_every_option_of_conv1d_equals_torch(check_options) -> None:
    check_options(SEQUENCE_CONVOLUTIONS, sequence_convolution, shapes=shapes([2, 4, 6], 1, 5), cases=CONV1D_CASES)


def test_convolution_of_one_image_equals_torch(check_functions) -> None:
    kernel = torch.linspace(-1, 1, 8).reshape(2, 4, 1, 1)
    check_functions({"one image": lambda x: x[:, :2] + F.conv2d(x.mean(0), kernel)})


def test_convolution_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: F.conv2d(x, x[:1].mean(0, keepdim=True)), "`weight` is computed from the input"),
            (
                lambda x: F.conv2d(x, torch.ones(1, 4, 3, 3), bias=x.mean().reshape(1)),
                "`bias` is computed from the input",
            ),
            (lambda x: F.conv3d(x[:, None], torch.ones(1, 1, 2, 2, 2)), "`input` has 5 axes"),
            (lambda x: F.conv1d(x.flatten(2), torch.ones(1, 4, 3), padding="same"), "`input` has 3 axes"),
            (
                lambda x: F.conv2d(x.transpose(0, 2), torch.ones(1, 4, 1, 1)),
                "height or width depends on the batch size",
            ),
            (lambda x: F.conv2d(x.long(), torch.ones(1, 4, 3, 3, dtype=torch.int64)), "`input` holds integers"),
        ]
    )


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.ReLU6(), nn.SiLU(), nn.ELU(), nn.LeakyReLU(0.1), nn.Sigmoid()])
@pytest.mark.parametrize("groups", [2, 4])
def test_grouped_convolution_before_an_activation_runs_in_an_optimised_graph(
    check_module, activation: nn.Module, groups: int
) -> None:
    check_module(nn.Sequential(nn.Conv2d(4, 8, 3, padding=1, groups=groups, dilation=2), activation))
