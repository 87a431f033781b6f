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
    table,
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


SUBSCRIPTS_CASES = {
    (2, 6, 4): table(
        "subscripts",
        ([slice(0, 4, 3), slice(0, 4, 3), slice(None, None, 1)],),
        ([0, "new", "four", 2],),
        ([-1, 1, "...", "single"],),
        (["two", "column"],),
        (["all"],),
        (["small", "new"],),
        ([slice(1, None, 1), slice(0, 4, 1), slice(None, None, 1)],),
        ([slice(-1, 5, None), slice(None, None, None)],),
        ([slice(None, -1, 1)],),
        ([slice(None, None, 2)],),
        (["single", slice(1, -7, 3)],),
    ),
    (2, 2, 5): table(
        "subscripts",
        ([slice(0, 4, 3), slice(0, 4, 3), slice(None, None, 1)],),
        ([0, "new", "four", 2],),
        ([-1, 1, "...", "single"],),
        (["two", "column"],),
        (["all"],),
    ),
}


def test_subscripts_equal_torch(check_options) -> None:
    check_options(
        options(subscripts=SUBSCRIPTS),
        subscripted,
        shapes=shapes([2, 3, 4], 2, 7),
        refused=refused,
        cases=SUBSCRIPTS_CASES,
    )


CHOICES_ALONG_AN_AXIS_CASES = {
    (2, 8, 3): table(
        "name rank dim count start",
        ("select", 2, 1, 1, 0),
        ("diff", 5, -1, 2, 3),
        ("window", 4, 2, 4, 1),
        ("gather fewer", 3, -3, 3, -3),
        ("index_select", 4, 4, 1, -1),
        ("gather", 5, -2, 4, -2),
        ("narrow", 4, 2, 2, 2),
        ("window", 4, 3, 1, -2),
        ("window", 3, -4, 1, 3),
    ),
    (1, 5, 1): table(
        "name rank dim count start",
        ("select", 2, 1, 1, 0),
        ("diff", 5, -1, 2, 3),
        ("window", 4, 2, 4, 1),
        ("gather fewer", 3, -3, 3, -3),
        ("index_select", 4, 4, 1, -1),
    ),
}


def test_choices_along_an_axis_equal_torch(check_options) -> None:
    check_options(CALLS, along, cases=CHOICES_ALONG_AN_AXIS_CASES)


PATCHES_CASES = {
    (2, 8, 3): table(
        "kernel_size dilation padding stride",
        ((2, 1), (2, 1), (2, 0), (1, 3)),
        ((1, 1), (1, 1), (1, 1), 2),
        (1, 1, 0, 1),
        (2, 2, 1, (1, 1)),
        ((1, 1), (1, 2), 2, (3, 3)),
    ),
    (1, 5, 1): table(
        "kernel_size dilation padding stride",
        ((2, 1), (2, 1), (2, 0), (1, 3)),
        ((1, 1), (1, 1), (1, 1), 2),
        (1, 1, 0, 1),
        (2, 2, 1, (1, 1)),
        ((1, 1), (1, 2), 2, (3, 3)),
    ),
}


def test_patches_equal_torch(check_options) -> None:
    check_options(PATCHES, lambda shape, **others: lambda x: F.unfold(x, **others), cases=PATCHES_CASES)


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


def test_slice_of_the_batch_is_refused(refusal) -> None:
    assert "some batch sizes only" in refusal(lambda x: x[1:])


def test_indexing_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x[0], "batch axis"),
            (lambda x: x[torch.tensor([0, 0])], "indexes the batch axis"),
            (lambda x: x.index_select(0, torch.tensor([0, 0])), "batch axis"),
            (lambda x: x.index_select(1, x[0, :2, 0, 0].long().abs()), "batch axis"),
            (lambda x: x.index_select(1, x.mean((0, 2, 3)).long().clamp(0, 3)), "`index` is computed from the input"),
            (lambda x: x[:, torch.tensor([True, False, True, False])], "a boolean mask"),
            (lambda x: F.embedding(torch.arange(3), x.mean((0, 1))) + x.mean(), "`weight` is computed from the input"),
            (lambda x: x.unfold(0, 1, 1), "batch axis"),
        ]
    )
