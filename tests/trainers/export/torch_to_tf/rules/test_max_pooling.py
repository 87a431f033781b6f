import itertools

import pytest
from torch import nn
from torch.nn import functional as F

SHAPE = (3, 9, 10)


def test_every_option_of_max_pool_equals_torch(check_functions) -> None:
    options = itertools.product([2, 3, (3, 2)], [None, 1, 2, (2, 3)], [0, 1], [False, True])
    check_functions(
        {
            f"kernel {kernel} stride {stride} padding {padding} ceil {ceil}": nn.MaxPool2d(
                kernel, stride, padding, ceil_mode=ceil
            )
            for kernel, stride, padding, ceil in options
        },
        SHAPE,
    )


def test_dilated_max_pool_equals_torch(check_functions) -> None:
    options = itertools.product([1, 2, (3, 2)], [0, 1], [False, True])
    check_functions(
        {
            f"stride {stride} padding {padding} ceil {ceil}": nn.MaxPool2d(
                3, stride, padding, dilation=(2, 1), ceil_mode=ceil
            )
            for stride, padding, ceil in options
        },
        SHAPE,
    )


def test_adaptive_max_pool_equals_torch(check_functions) -> None:
    sizes = [1, 3, (2, 5), (9, 10), (4, 7), (None, 3)]
    check_functions({f"to {size}": nn.AdaptiveMaxPool2d(size) for size in sizes}, SHAPE)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.max_pool2d(x, 2, return_indices=True)[1].float(), "only the first one is carried"),
        (lambda x: F.adaptive_max_pool2d(x, 2, return_indices=True)[1].float(), "only the first one is carried"),
    ],
)
def test_max_pool_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
