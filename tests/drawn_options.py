"""What the tests of the PyTorch bridge's rules draw from, and how they write down a choice of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from hypothesis import strategies as st

Shape = tuple[int, int, int]
Options = Mapping[str, Any]
Function = Callable[[torch.Tensor], torch.Tensor]


def shapes(channels: Sequence[int] = (1, 2, 3, 4), smallest: int = 1, largest: int = 9) -> st.SearchStrategy[Shape]:
    """C, H, W: odd and even, hardly ever square, extents of 1 among them."""
    extents = st.integers(smallest, largest)
    return st.tuples(st.sampled_from(channels), extents, extents)


def one_or_two(least: int, most: int) -> st.SearchStrategy[int | tuple[int, int]]:
    """A number for height and width, or one for each."""
    numbers = st.integers(least, most)
    return numbers | st.tuples(numbers, numbers)


def options(**strategies: st.SearchStrategy) -> st.SearchStrategy[Options]:
    """Every named option, each drawn on its own."""
    return st.fixed_dictionaries(strategies)


def table(names: str, *rows: tuple[object, ...]) -> list[Options]:
    """The same options in each row: their names, separated by spaces, and a tuple of values for each row."""
    return [dict(zip(names.split(), row, strict=True)) for row in rows]


def one_of(*choices: Any) -> st.SearchStrategy:
    """One of the choices, which are values."""
    return st.sampled_from(choices)


AXIS = st.integers(1, 4) | st.integers(-4, -1)
"""See `image_axes`."""

RANKS = one_of(2, 3, 4, 5)
FLOATS = st.integers(-30, 30).map(lambda number: number / 10)
POSITIVE = st.integers(1, 40).map(lambda number: number / 10)


def at_rank(images_NCHW: torch.Tensor, rank: int) -> torch.Tensor:
    """The images as [N, C * H * W], [N, C, H * W], [N, C, H, W] or [N, C, 1, H, W]."""
    if rank in (2, 3):
        return images_NCHW.flatten(rank - 1)
    return images_NCHW if rank == 4 else images_NCHW.unsqueeze(2)


def image_axes(drawn: Any, rank: int) -> Any:
    """An axis, or a list of different ones, as drawn, but for the batch axis and for axes that a rank does not have."""
    if isinstance(drawn, list):
        return list({image_axes(one, rank) % rank: one for one in (image_axes(one, rank) for one in drawn)}.values())
    if drawn is None:
        return None
    return 1 + (drawn - 1) % (rank - 1) if drawn > 0 else -1 - (-drawn - 1) % (rank - 1)


def for_each_image(result: torch.Tensor, images_NCHW: torch.Tensor) -> torch.Tensor:
    """Repeat what is one for the whole batch, so that results can stand side by side."""
    return result.flatten().expand(images_NCHW.shape[0], -1)
