import pytest
from drawn_options import Function, Shape, one_or_two, options, shapes
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

SHAPES = shapes([1, 2], 1, 11)
BINS = st.integers(1, 13)
POOLINGS = options(
    kernel_size=one_or_two(1, 4),
    stride=st.none() | one_or_two(1, 4),
    padding=one_or_two(0, 2),
    dilation=one_or_two(1, 3),
    ceil_mode=st.booleans(),
)
SEQUENCE_POOLINGS = options(
    kernel_size=st.integers(1, 4),
    stride=st.none() | st.integers(1, 4),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 3),
    ceil_mode=st.booleans(),
)


def test_every_option_of_max_pool_equals_torch(check_generated) -> None:
    check_generated(POOLINGS, lambda shape, **options: nn.MaxPool2d(**options), shapes=SHAPES)


def test_every_option_of_max_pool_of_sequences_equals_torch(check_generated) -> None:
    def pooling(shape: Shape, **options: object) -> Function:
        return lambda x: F.max_pool1d(x.flatten(2), **options)

    check_generated(SEQUENCE_POOLINGS, pooling, shapes=SHAPES)


def test_adaptive_max_pool_equals_torch(check_generated) -> None:
    sizes = options(output_size=BINS | st.tuples(st.none() | BINS, st.none() | BINS))
    check_generated(sizes, lambda shape, output_size: nn.AdaptiveMaxPool2d(output_size), shapes=SHAPES)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.max_pool2d(x, 2, return_indices=True)[1].float(), "only the first one is carried"),
        (lambda x: F.adaptive_max_pool2d(x, 2, return_indices=True)[1].float(), "only the first one is carried"),
        (lambda x: F.max_pool2d(x.long(), 2).float(), "`input` holds integers"),
    ],
)
def test_max_pool_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
