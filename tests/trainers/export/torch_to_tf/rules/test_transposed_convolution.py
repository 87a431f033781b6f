from drawn_options import Function, Shape, one_of, one_or_two, options, shapes, table
from hypothesis import strategies as st
from torch import nn

TRANSPOSED = options(
    kernel_size=one_or_two(1, 3),
    stride=one_or_two(1, 3),
    padding=one_or_two(0, 2),
    output_padding=one_or_two(0, 2),
    dilation=one_or_two(1, 3),
    groups=one_of("one", "two", "each"),
    per_group=st.integers(1, 2),
    bias=st.booleans(),
)


def transposed(shape: Shape, *, groups: str, per_group: int, **others: object) -> Function:
    count = {"one": 1, "two": 2, "each": shape[0]}[groups]
    return nn.ConvTranspose2d(shape[0], count * per_group, groups=count, **others)


TRANSPOSED_CONVOLUTIONS_CASES = {
    (2, 6, 4): table(
        "kernel_size stride padding output_padding dilation groups per_group bias",
        ((1, 1), (3, 2), (1, 0), (0, 1), (3, 2), "two", 2, True),
        ((1, 2), 3, (1, 2), (2, 2), 1, "one", 1, False),
        (1, 1, 1, 0, (1, 1), "each", 2, True),
        (3, (1, 1), 1, 1, 2, "two", 1, False),
        ((1, 1), 3, 0, 2, 3, "two", 1, False),
        ((3, 3), 3, (2, 2), (1, 0), 3, "one", 2, False),
        ((2, 1), (3, 3), 2, 1, 3, "one", 1, False),
    ),
    (2, 5, 1): table(
        "kernel_size stride padding output_padding dilation groups per_group bias",
        ((1, 1), (3, 2), (1, 0), (0, 1), (3, 2), "two", 2, True),
        (1, (1, 1), 0, 0, 3, "each", 1, False),
        (2, 3, 1, 1, (1, 1), "each", 1, True),
        (1, 1, (0, 0), 0, (3, 3), "each", 1, False),
    ),
}


def test_every_option_of_transposed_convolutions_equals_torch(check_options) -> None:
    check_options(TRANSPOSED, transposed, shapes=shapes([2, 4], 1, 6), cases=TRANSPOSED_CONVOLUTIONS_CASES)


def test_transposed_convolution_of_sequences_is_refused(refusal) -> None:
    message = refusal(nn.Sequential(nn.Flatten(2), nn.ConvTranspose1d(4, 2, 3)))
    assert "aten.convolution" in message
