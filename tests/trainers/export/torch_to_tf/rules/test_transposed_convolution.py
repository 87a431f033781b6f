from drawn_options import Function, Shape, one_of, one_or_two, options, shapes
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


def test_every_option_of_transposed_convolutions_equals_torch(check_generated) -> None:
    check_generated(TRANSPOSED, transposed, shapes=shapes([2, 4], 1, 6))


def test_transposed_convolution_of_sequences_is_refused(refusal) -> None:
    message = refusal(nn.Sequential(nn.Flatten(2), nn.ConvTranspose1d(4, 2, 3)))
    assert "aten.convolution" in message
