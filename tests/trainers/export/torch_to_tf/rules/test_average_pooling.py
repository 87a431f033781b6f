import pytest
from drawn_options import Function, Shape, one_of, one_or_two, options, shapes
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

SHAPES = shapes([1, 2], 1, 11)
STRIDES = st.none() | one_or_two(1, 4)
BINS = st.integers(1, 13)
POOLINGS = options(
    kernel_size=one_or_two(1, 4),
    stride=STRIDES,
    padding=one_or_two(0, 2),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
    divisor_override=st.none() | one_of(1, 3, -2),
)
SEQUENCE_POOLINGS = options(
    kernel_size=st.integers(1, 4),
    stride=st.none() | st.integers(1, 4),
    padding=st.integers(0, 2),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
)
POWER_POOLINGS = options(
    norm_type=one_of(1.0, 2.0, 4), kernel_size=one_or_two(1, 4), stride=STRIDES, ceil_mode=st.booleans()
)


def test_every_option_of_avg_pool_equals_torch(check_generated) -> None:
    check_generated(POOLINGS, lambda shape, **options: nn.AvgPool2d(**options), shapes=SHAPES)


def test_every_option_of_avg_pool_of_sequences_equals_torch(check_generated) -> None:
    def pooling(shape: Shape, **options: object) -> Function:
        return lambda x: F.avg_pool1d(x.flatten(2), **options)

    check_generated(SEQUENCE_POOLINGS, pooling, shapes=SHAPES)


def test_every_option_of_power_average_pooling_equals_torch(check_generated) -> None:
    check_generated(POWER_POOLINGS, lambda shape, **options: nn.LPPool2d(**options), shapes=SHAPES)


def test_adaptive_avg_pool_equals_torch(check_generated) -> None:
    sizes = options(output_size=BINS | st.tuples(st.none() | BINS, st.none() | BINS))
    check_generated(sizes, lambda shape, output_size: nn.AdaptiveAvgPool2d(output_size), shapes=SHAPES)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.avg_pool2d(x.long(), 2).float(), "`input` holds integers"),
    ],
)
def test_average_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
