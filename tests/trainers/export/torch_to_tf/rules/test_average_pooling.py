import pytest
from drawn_options import Function, Shape, one_of, one_or_two, options, shapes, table
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


AVG_POOL_CASES = {
    (2, 3, 8): table(
        "kernel_size stride padding ceil_mode count_include_pad divisor_override",
        ((1, 4), (3, 2), (0, 2), True, True, None),
        ((4, 4), None, (2, 2), False, False, 3),
        (3, (1, 1), 0, False, False, None),
        (1, 2, 0, False, False, -2),
        (4, 1, 1, True, True, 1),
        ((2, 4), None, (1, 2), False, False, -2),
        (4, None, 2, False, True, None),
    ),
    (1, 1, 5): table(
        "kernel_size stride padding ceil_mode count_include_pad divisor_override",
        ((1, 4), (3, 2), (0, 2), True, True, None),
        ((4, 4), None, (2, 2), False, False, 3),
        (1, 2, 0, False, False, -2),
        (3, (1, 1), 1, False, False, None),
        ((4, 4), 1, 2, False, False, None),
    ),
}


def test_every_option_of_avg_pool_equals_torch(check_options) -> None:
    check_options(POOLINGS, lambda shape, **options: nn.AvgPool2d(**options), shapes=SHAPES, cases=AVG_POOL_CASES)


AVG_POOL_OF_SEQUENCES_CASES = {
    (2, 3, 8): table(
        "kernel_size stride padding ceil_mode count_include_pad",
        (1, None, 0, False, False),
        (3, 1, 1, True, True),
        (4, 3, 2, False, False),
        (2, 2, 0, True, False),
        (4, 4, 0, False, False),
    ),
    (1, 1, 5): table(
        "kernel_size stride padding ceil_mode count_include_pad",
        (1, None, 0, False, False),
        (3, 1, 1, True, True),
        (4, 3, 2, False, False),
        (2, 2, 0, True, False),
        (4, 4, 0, False, False),
    ),
}


def test_every_option_of_avg_pool_of_sequences_equals_torch(check_options) -> None:
    def pooling(shape: Shape, **options: object) -> Function:
        return lambda x: F.avg_pool1d(x.flatten(2), **options)

    check_options(SEQUENCE_POOLINGS, pooling, shapes=SHAPES, cases=AVG_POOL_OF_SEQUENCES_CASES)


POWER_AVERAGE_POOLING_CASES = {
    (2, 3, 8): table(
        "norm_type kernel_size stride ceil_mode",
        (4, (3, 1), (3, 1), True),
        (1.0, 1, None, False),
        (2.0, 2, 3, True),
        (2.0, (3, 3), (3, 3), True),
        (2.0, 1, 1, False),
    ),
    (1, 1, 5): table(
        "norm_type kernel_size stride ceil_mode",
        (4, (3, 1), (3, 1), True),
        (1.0, 1, None, False),
        (2.0, 2, 3, True),
        (2.0, (3, 3), (3, 3), True),
        (2.0, 1, 1, False),
    ),
}


def test_every_option_of_power_average_pooling_equals_torch(check_options) -> None:
    check_options(
        POWER_POOLINGS,
        lambda shape, **options: nn.LPPool2d(**options),
        shapes=SHAPES,
        cases=POWER_AVERAGE_POOLING_CASES,
    )


ADAPTIVE_AVG_POOL_CASES = {
    (2, 3, 8): table(
        "output_size",
        ((11, None),),
        ((1, 1),),
        (1,),
        (4,),
    ),
    (1, 1, 5): table(
        "output_size",
        ((11, None),),
        ((1, 1),),
        (1,),
        (4,),
    ),
}


def test_adaptive_avg_pool_equals_torch(check_options) -> None:
    sizes = options(output_size=BINS | st.tuples(st.none() | BINS, st.none() | BINS))
    check_options(
        sizes,
        lambda shape, output_size: nn.AdaptiveAvgPool2d(output_size),
        shapes=SHAPES,
        cases=ADAPTIVE_AVG_POOL_CASES,
    )


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.avg_pool2d(x.long(), 2).float(), "`input` holds integers"),
    ],
)
def test_average_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
