import pytest
import torch
from drawn_options import AXIS, RANKS, Function, Shape, at_rank, image_axes, one_of, options, table
from hypothesis import strategies as st

PARTS = {
    "images": lambda x: x,
    "double size": lambda x: torch.cat([x, x], 1),
    "integers": lambda x: x.long(),
    "doubles": lambda x: x.double(),
    "flat and back": lambda x: x.flatten(1).reshape(x.shape) * 2,
}
PART = one_of(*PARTS)
CATS = options(name=one_of("cat", "stack", "hstack", "dstack"), parts=st.lists(PART, min_size=1, max_size=4), dim=AXIS)
SPLITS = options(
    rank=RANKS,
    dim=AXIS,
    how=one_of("split", "chunk", "tensor_split", "unsafe_chunk", "unsafe_split"),
    count=st.integers(1, 5),
    kept=st.integers(-2, 2),
)
SIZES = options(rank=RANKS, dim=AXIS, sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4), kept=st.integers(0, 2))
UNBINDS = options(rank=RANKS, dim=AXIS, kept=st.integers(-2, 3))


def join(shape: Shape, *, name: str, parts: list[str], dim: int) -> Function:
    axis = {"dim": dim} if name in ("cat", "stack") else {}
    return lambda x: getattr(torch, name)([PARTS[part](x) for part in parts], **axis)


def split(shape: Shape, *, rank: int, dim: int, how: str, count: int, kept: int) -> Function:
    return lambda x: getattr(torch, how)(at_rank(x, rank), count, image_axes(dim, rank))[kept]


def split_to_sizes(shape: Shape, *, rank: int, dim: int, sizes: list[int], kept: int) -> Function:
    return lambda x: at_rank(x, rank).split(sizes, image_axes(dim, rank))[kept]


def unbind(shape: Shape, *, rank: int, dim: int, kept: int) -> Function:
    return lambda x: at_rank(x, rank).unbind(image_axes(dim, rank))[kept].reshape(x.shape[0], -1)


JOINING_CASES = {
    (2, 8, 3): table(
        "name parts dim",
        ("dstack", ["flat and back", "integers", "doubles", "images"], 2),
        ("cat", ["double size", "double size", "double size"], 1),
        ("hstack", ["double size"], -3),
        ("stack", ["integers", "doubles"], 3),
        ("dstack", ["images"], -2),
        ("cat", ["doubles"], -4),
        ("dstack", ["doubles"], -1),
        ("dstack", ["doubles", "flat and back", "integers"], 4),
    ),
    (1, 5, 1): table(
        "name parts dim",
        ("dstack", ["flat and back", "integers", "doubles", "images"], 2),
        ("cat", ["double size", "double size", "double size"], 1),
        ("hstack", ["double size"], -3),
        ("stack", ["integers", "doubles"], 3),
        ("dstack", ["images"], -2),
    ),
}


def test_joining_equals_torch(check_options) -> None:
    check_options(CATS, join, cases=JOINING_CASES)


SPLITTING_CASES = {
    (2, 8, 3): table(
        "rank dim how count kept",
        (2, 1, "split", 1, 0),
        (4, -2, "unsafe_split", 4, 1),
        (3, -3, "unsafe_chunk", 3, -1),
        (5, -1, "chunk", 2, -2),
        (3, 2, "tensor_split", 5, 2),
        (2, -4, "tensor_split", 2, 1),
        (2, 4, "tensor_split", 2, -2),
        (4, 3, "unsafe_chunk", 2, 0),
    ),
    (1, 5, 1): table(
        "rank dim how count kept",
        (2, 1, "split", 1, 0),
        (4, -2, "unsafe_split", 4, 1),
        (3, -3, "unsafe_chunk", 3, -1),
        (2, 4, "tensor_split", 2, -2),
        (2, -4, "chunk", 5, 2),
    ),
}


def test_splitting_equals_torch(check_options) -> None:
    check_options(SPLITS, split, cases=SPLITTING_CASES)


SPLITTING_TO_SIZES_CASES = {
    (2, 8, 3): table(
        "rank dim sizes kept",
        (5, -2, [3, 2, 2, 1], 1),
        (4, 1, [2], 0),
        (4, 2, [3, 3, 2], 2),
        (3, 1, [1, 1], 0),
        (3, 3, [2], 0),
        (4, -1, [3], 0),
    ),
    (1, 5, 1): table(
        "rank dim sizes kept",
        (3, 4, [1, 4], 0),
        (5, 1, [1], 0),
        (4, -3, [1], 0),
        (2, 1, [1, 1, 2, 1], 0),
        (5, -4, [1], 0),
    ),
}


def test_splitting_to_sizes_equals_torch(check_options) -> None:
    check_options(SIZES, split_to_sizes, cases=SPLITTING_TO_SIZES_CASES)


UNBINDING_CASES = {
    (2, 8, 3): table(
        "rank dim kept",
        (2, 1, 0),
        (5, -1, 2),
        (4, -4, 1),
        (3, -3, -2),
        (2, 2, -1),
        (2, 3, 3),
        (2, 4, 0),
        (5, -2, -1),
    ),
    (1, 5, 1): table(
        "rank dim kept",
        (2, 1, 0),
        (3, -3, -2),
        (5, -2, -1),
        (4, 2, 2),
        (2, -4, 3),
    ),
}


def test_unbinding_equals_torch(check_options) -> None:
    check_options(UNBINDS, unbind, cases=UNBINDING_CASES)


def test_joining_along_the_batch_and_with_constants_equals_torch(check_functions) -> None:
    check_functions(
        {
            "cat along the batch": lambda x: torch.cat([x, x * 2], 0).reshape(x.shape[0], -1),
            "stack in front": lambda x: torch.stack([x, x * 2], 0).transpose(0, 1),
            "constant": lambda x: torch.cat([x.mean(0, keepdim=True), torch.ones(1, 2, 6, 8)], 1) + x[:, :1],
            "empty parts": lambda x: torch.cat([x[:, :0], x, x[:, 4:] * 2, torch.zeros(x.shape[0], 0, 6, 8)], 1),
            "an empty vector": lambda x: torch.cat([torch.zeros(0), x], 1),
            "vectors": lambda x: torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1),
        }
    )


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.split(1, 0)[0],
        lambda x: x.split([1, 1], 0)[0],
        lambda x: x.chunk(2, 0)[0],
        lambda x: x.unbind(0)[0],
    ],
)
def test_splitting_the_batch_is_refused(refusal, function) -> None:
    assert refusal(function)
