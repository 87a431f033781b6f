from drawn_options import Function, Shape, one_or_two, options, shapes, table
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


MAX_POOL_CASES = {
    (2, 3, 8): table(
        "kernel_size stride padding dilation ceil_mode",
        ((4, 1), None, (2, 0), (2, 1), False),
        (2, (1, 4), 0, 1, True),
        ((4, 4), (1, 1), (1, 1), (1, 1), False),
        (4, 1, 2, 2, True),
        (2, 3, 1, (1, 1), True),
        (1, None, 0, 1, False),
    ),
    (1, 1, 5): table(
        "kernel_size stride padding dilation ceil_mode",
        ((1, 4), None, (0, 1), (1, 3), True),
        (2, (2, 1), 1, 1, False),
        (1, (3, 3), 0, 2, True),
        ((3, 3), None, (0, 0), (1, 1), True),
        (2, 3, 1, (1, 1), True),
    ),
}


def test_every_option_of_max_pool_equals_torch(check_options) -> None:
    check_options(POOLINGS, lambda shape, **options: nn.MaxPool2d(**options), shapes=SHAPES, cases=MAX_POOL_CASES)


MAX_POOL_OF_SEQUENCES_CASES = {
    (2, 3, 8): table(
        "kernel_size stride padding dilation ceil_mode",
        (1, None, 0, 1, False),
        (2, 1, 1, 2, True),
        (4, 4, 2, 3, False),
        (3, 2, 0, 3, False),
        (4, 3, 0, 1, False),
    ),
    (1, 1, 5): table(
        "kernel_size stride padding dilation ceil_mode",
        (1, None, 0, 1, False),
        (2, 1, 1, 2, True),
        (4, 4, 2, 1, False),
        (3, 3, 1, 3, True),
        (1, 2, 0, 1, False),
    ),
}


def test_every_option_of_max_pool_of_sequences_equals_torch(check_options) -> None:
    def pooling(shape: Shape, **options: object) -> Function:
        return lambda x: F.max_pool1d(x.flatten(2), **options)

    check_options(SEQUENCE_POOLINGS, pooling, shapes=SHAPES, cases=MAX_POOL_OF_SEQUENCES_CASES)


ADAPTIVE_MAX_POOL_CASES = {
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


def test_adaptive_max_pool_equals_torch(check_options) -> None:
    sizes = options(output_size=BINS | st.tuples(st.none() | BINS, st.none() | BINS))
    check_options(
        sizes,
        lambda shape, output_size: nn.AdaptiveMaxPool2d(output_size),
        shapes=SHAPES,
        cases=ADAPTIVE_MAX_POOL_CASES,
    )


def test_max_pool_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: F.max_pool2d(x, 2, return_indices=True)[1].float(), "only the first one is carried"),
            (lambda x: F.adaptive_max_pool2d(x, 2, return_indices=True)[1].float(), "only the first one is carried"),
            (lambda x: F.max_pool2d(x.long(), 2).float(), "`input` holds integers"),
        ]
    )
