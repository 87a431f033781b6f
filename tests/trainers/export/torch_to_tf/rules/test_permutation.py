import pytest
import torch
from drawn_options import AXIS, RANKS, Function, Shape, at_rank, image_axes, one_of, options, table
from hypothesis import strategies as st

CALLS = {
    "permute": lambda x, order, first, second, count: x.permute(0, *[axis for axis in order if axis < x.dim()]),
    "negative permute": lambda x, order, first, second, count: x.permute(
        0, *[axis - x.dim() for axis in order if axis < x.dim()]
    ),
    "transpose": lambda x, order, first, second, count: x.transpose(first, second),
    "movedim": lambda x, order, first, second, count: x.movedim(first, second),
    "flip": lambda x, order, first, second, count: x.flip(first, second),
    "flip one": lambda x, order, first, second, count: x.flip(first),
    "flip none": lambda x, order, first, second, count: x.flip([]),
    "fliplr": lambda x, order, first, second, count: x.fliplr(),
    "roll": lambda x, order, first, second, count: x.roll(count, first),
    "roll two": lambda x, order, first, second, count: x.roll((count, -1), (first, second)),
    "rot90": lambda x, order, first, second, count: x.rot90(count, (first, second)),
    "channel_shuffle": lambda x, order, first, second, count: torch.nn.functional.channel_shuffle(x, abs(count) + 1),
    "mT": lambda x, order, first, second, count: x.mT if x.dim() > 2 else x.t().t(),
}
OPTIONS = options(
    name=one_of(*CALLS),
    rank=RANKS,
    order=st.permutations([1, 2, 3, 4]),
    first=AXIS,
    second=AXIS,
    count=st.integers(-7, 7),
)


def call(shape: Shape, *, name: str, rank: int, first: int, second: int, **others: object) -> Function:
    # Multiplied by different numbers along the last axis, so that what follows a permutation sees the order of axes.
    def function(x: torch.Tensor) -> torch.Tensor:
        result = CALLS[name](at_rank(x, rank), first=image_axes(first, rank), second=image_axes(second, rank), **others)
        return result * torch.linspace(0.5, 1, result.shape[-1])

    return function


REORDERING_CASES = {
    (2, 8, 3): table(
        "name rank order first second count",
        ("permute", 2, [1, 2, 3, 4], 1, 1, 0),
        ("mT", 5, [2, 3, 4, 1], 3, 2, -2),
        ("flip", 4, [2, 4, 3, 1], -2, -1, 3),
        ("rot90", 3, [3, 4, 1, 2], -1, -4, 1),
        ("negative permute", 3, [3, 4, 1, 2], -3, 4, -1),
        ("flip none", 2, [3, 4, 2, 1], 4, 3, 4),
        ("movedim", 5, [2, 3, 4, 1], -4, -2, 6),
        ("flip one", 4, [2, 1, 3, 4], 2, -3, -3),
        ("roll two", 2, [1, 2, 3, 4], 1, 1, 0),
        ("transpose", 2, [1, 2, 3, 4], 1, 1, 0),
        ("channel_shuffle", 4, [1, 2, 3, 4], 1, 1, 0),
        ("roll", 4, [2, 3, 1, 4], -1, -4, 2),
        ("fliplr", 3, [2, 1, 4, 3], -1, 3, 3),
    ),
    (1, 5, 1): table(
        "name rank order first second count",
        ("permute", 2, [1, 2, 3, 4], 1, 1, 0),
        ("mT", 5, [2, 3, 4, 1], 3, 2, -2),
        ("flip", 4, [2, 4, 3, 1], -2, -1, 3),
        ("rot90", 3, [3, 4, 1, 2], -1, -4, 1),
        ("negative permute", 3, [3, 4, 1, 2], -3, 4, -1),
    ),
}


def test_reordering_equals_torch(check_options) -> None:
    check_options(OPTIONS, call, cases=REORDERING_CASES)


def test_reordering_with_the_batch_equals_torch(check_functions) -> None:
    check_functions(
        {
            "permute to NHWC and back": lambda x: x.permute(0, 2, 3, 1).mul(2).permute(0, 3, 1, 2),
            "batch last and back": lambda x: (x.permute(1, 2, 3, 0) * 2).permute(3, 0, 1, 2),
            "flip the batch": lambda x: x.flip(0) + x,
            "t": lambda x: (x.mean((2, 3)).t() * 2).t(),
            "t of a vector": lambda x: x + x.mean((0, 1, 2)).t(),
            "roll of all elements": lambda x: x + x.mean(0).roll(3),
            "roll of a vector": lambda x: x + x.mean((0, 1, 2)).roll(3),
        }
    )


@pytest.mark.parametrize("function", [lambda x: x.roll(1, 0), lambda x: x.roll(1)])
def test_roll_along_the_batch_is_refused(refusal, function) -> None:
    assert refusal(function)
