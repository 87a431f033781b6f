import pytest
import torch
from drawn_options import (
    AXIS,
    RANKS,
    Function,
    Options,
    Shape,
    at_rank,
    image_axes,
    one_of,
    one_or_two,
    options,
    shapes,
)
from hypothesis import strategies as st
from torch.nn import functional as F

BOUND = st.none() | st.integers(-8, 8)
SLICES = st.builds(slice, BOUND, BOUND, st.none() | st.integers(1, 3))
POSITION = st.integers(-3, 2)
INDICES = {
    "two": torch.tensor([0, -1]),
    "four": torch.tensor([[0, -1], [1, 0]]),
    "column": torch.tensor([[0], [-2]]),
    "small": torch.tensor([1, -1], dtype=torch.int32),
    "single": torch.tensor(-1),
}
# The batch axis stays whole; an ellipsis, new axes and whole axes stand between the rest.
SUBSCRIPTS = st.lists(SLICES | POSITION | one_of("all", "new", "...", *INDICES), min_size=1, max_size=4)
WORDS = {"all": slice(None), "new": None, "...": ...}
ALONG = {
    "select": lambda x, dim, count, start: x.select(dim, start),
    "narrow": lambda x, dim, count, start: x.narrow(dim, start, count),
    "index_select": lambda x, dim, count, start: x.index_select(dim, torch.arange(count).flip(0)),
    "gather": lambda x, dim, count, start: x.gather(dim, (x.abs() * 5).long().clamp(max=x.shape[dim] - 1)),
    "gather fewer": lambda x, dim, count, start: x.gather(
        dim, (x.abs() * 5).long().narrow(dim, 0, count).clamp(max=x.shape[dim] - 1)
    ),
    "window": lambda x, dim, count, start: x.unfold(dim, count, abs(start) + 1),
    "diff": lambda x, dim, count, start: x.diff(dim=dim),
}
CALLS = options(name=one_of(*ALONG), rank=RANKS, dim=AXIS, count=st.integers(1, 4), start=st.integers(-3, 3))
PATCHES = options(
    kernel_size=one_or_two(1, 3), dilation=one_or_two(1, 2), padding=one_or_two(0, 2), stride=one_or_two(1, 3)
)
TABLE = torch.linspace(0, 1, 60).reshape(4, 5, 3)


def with_columns(result: torch.Tensor) -> torch.Tensor:
    return result if result.dim() > 1 else result[:, None]


def subscripted(shape: Shape, *, subscripts: list[object]) -> Function:
    index = [INDICES.get(one, WORDS.get(one, one)) if isinstance(one, str) else one for one in subscripts]
    return lambda x: with_columns(x[(slice(None), *index)])


def along(shape: Shape, *, name: str, rank: int, dim: int, **others: int) -> Function:
    return lambda x: with_columns(ALONG[name](at_rank(x, rank), dim=image_axes(dim, rank), **others))


def refused(shape: Shape, options: Options) -> str | None:
    result = subscripted(shape, **options)(torch.zeros(2, *shape))
    return None if result.numel() else "its result is empty"


def test_subscripts_equal_torch(check_generated) -> None:
    check_generated(options(subscripts=SUBSCRIPTS), subscripted, shapes=shapes([2, 3, 4], 2, 7), refused=refused)


def test_choices_along_an_axis_equal_torch(check_generated) -> None:
    check_generated(CALLS, along)


def test_patches_equal_torch(check_generated) -> None:
    check_generated(PATCHES, lambda shape, **others: lambda x: F.unfold(x, **others))


def test_indexing_by_what_is_computed_equals_torch(check_functions) -> None:
    check_functions(
        {
            "one axis": lambda x: torch.linspace(0, 1, 9)[x.long().clamp(-9, 8)],
            "axes of a table": lambda x: TABLE[x.long().clamp(-4, 3)[:, 0], x.long().clamp(-5, 4)[:, 1]],
            "axes of a table, broadcast": lambda x: TABLE[
                :, x.long().clamp(-5, 4)[:, :1], x.long().clamp(-3, 2)
            ].movedim(0, -1),
            "axes of images": lambda x: x[:, torch.tensor([0, 1]), x.mean((0, 2, 3)).long().clamp(-2, 2)[:2]],
            "axes of one extent": lambda x: x[:, :, :, :6][:, :, torch.tensor([0, -1]), torch.tensor([1, -2])],
            "axes that are apart": lambda x: x[:, torch.tensor([0, 1]), :, torch.tensor([1, 2])].transpose(0, 1),
            "gather fewer along all axes": lambda x: x.gather(3, x.abs().long().clamp(0, 7)[:, :2, :3, :1]),
            "embedding": lambda x: F.embedding(x.abs().long(), torch.linspace(0, 1, 60).reshape(20, 3), padding_idx=1),
        }
    )


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x[0], "batch axis"),
        (lambda x: x[1:], "some batch sizes only"),
        (lambda x: x[torch.tensor([0, 0])], "indexes the batch axis"),
        (lambda x: x.index_select(0, torch.tensor([0, 0])), "batch axis"),
        (lambda x: x.index_select(1, x[0, :2, 0, 0].long().abs()), "batch axis"),
        (lambda x: x.index_select(1, x.mean((0, 2, 3)).long().clamp(0, 3)), "`index` is computed from the input"),
        (lambda x: x[:, torch.tensor([True, False, True, False])], "a boolean mask"),
        (lambda x: F.embedding(torch.arange(3), x.mean((0, 1))) + x.mean(), "`weight` is computed from the input"),
        (lambda x: x.unfold(0, 1, 1), "batch axis"),
    ],
)
def test_indexing_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
