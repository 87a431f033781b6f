import pytest
import torch
from drawn_options import (
    AXIS,
    RANKS,
    Function,
    Options,
    Shape,
    at_rank,
    for_each_image,
    image_axes,
    one_of,
    options,
    table,
)
from hypothesis import strategies as st

NORMS = (0, 1, 2, 3, 2.5, float("inf"), float("-inf"))
WITH_AXES = {
    "mean": lambda x, **axes: x.mean(**axes),
    "sum": lambda x, **axes: x.sum(**axes),
    "sum of integers": lambda x, **axes: x.long().sum(**axes),
    "count": lambda x, **axes: (x > 1).sum(**axes),
    "amax": lambda x, dim, keepdim: x.amax(dim or [], keepdim),
    "amin": lambda x, dim, keepdim: x.amin(dim or [], keepdim),
    "any": lambda x, **axes: (x > 3).any(**axes),
    "all": lambda x, **axes: (x > -3).all(**axes),
    "count_nonzero": lambda x, dim, keepdim: torch.count_nonzero(x.round(), dim),
}
WITH_ONE_AXIS = {
    "logsumexp": lambda x, dim, keepdim: x.logsumexp(dim, keepdim),
    "logsumexp of two": lambda x, dim, keepdim: x.logsumexp((dim, -1), keepdim),
    "prod": lambda x, **axes: x.prod(**axes),
    "max": lambda x, **axes: x.max(**axes).values,
    "min": lambda x, **axes: x.min(**axes).values,
    "any along": lambda x, **axes: (x > 3).any(**axes),
    "all along": lambda x, **axes: (x > -3).all(**axes),
}
REDUCTIONS = options(
    rank=RANKS, name=one_of(*WITH_AXES), dim=st.none() | AXIS | st.lists(AXIS, max_size=3), keepdim=st.booleans()
) | options(rank=RANKS, name=one_of(*WITH_ONE_AXIS), dim=AXIS, keepdim=st.booleans())
SPREADS = options(
    rank=RANKS,
    name=one_of("var", "std"),
    dim=AXIS | st.lists(AXIS, min_size=1, max_size=3),
    keepdim=st.booleans(),
    correction=one_of(0, 1, 2, 0.5),
)
VECTOR_NORMS = options(
    rank=RANKS, ord=one_of(*NORMS), dim=AXIS | st.lists(AXIS, min_size=1, max_size=3), keepdim=st.booleans()
)


def side_by_side(result: torch.Tensor, x: torch.Tensor, dim: object) -> torch.Tensor:
    """One row for each image, also where nothing but the batch, or not even that, is left."""
    return (
        for_each_image(result, x) if dim in (None, []) else result.flatten(1) if result.dim() > 1 else result[:, None]
    )


def reduction(shape: Shape, *, rank: int, name: str, dim: object, keepdim: bool) -> Function:
    function = {**WITH_AXES, **WITH_ONE_AXIS}[name]
    return lambda x: side_by_side(function(at_rank(x, rank), dim=image_axes(dim, rank), keepdim=keepdim), x, dim)


def spread(shape: Shape, *, rank: int, name: str, dim: object, **others: object) -> Function:
    return lambda x: side_by_side(getattr(torch, name)(at_rank(x, rank), image_axes(dim, rank), **others), x, dim)


def vector_norm(shape: Shape, *, rank: int, ord: float, dim: object, keepdim: bool) -> Function:
    return lambda x: side_by_side(
        torch.linalg.vector_norm(at_rank(x, rank), ord, image_axes(dim, rank), keepdim), x, dim
    )


def refused(shape: Shape, options: Options) -> str | None:
    return "`dim=[]` is not carried" if options["dim"] == [] and options["name"] in ("any", "all") else None


REDUCTIONS_CASES = {
    (2, 8, 3): table(
        "rank name dim keepdim",
        (4, "amax", [3, 1, -2], False),
        (5, "count", None, True),
        (3, "mean", [3, -4], True),
        (2, "count_nonzero", [], False),
        (5, "any", [-4], False),
        (5, "all along", -3, False),
        (2, "max", 2, False),
        (5, "all", -3, True),
        (2, "amin", None, False),
        (3, "any along", -2, True),
        (5, "min", 2, True),
        (2, "logsumexp", 1, False),
        (2, "prod", 1, False),
        (2, "sum", None, False),
        (2, "sum of integers", -1, True),
        (3, "logsumexp of two", -2, False),
        (4, "any", [], True),
    ),
    (1, 5, 1): table(
        "rank name dim keepdim",
        (4, "amax", [3, 1, -2], False),
        (5, "count", None, True),
        (3, "mean", [3, -4], True),
        (2, "count_nonzero", [], False),
        (5, "any", [-4], False),
    ),
}


def test_reductions_equal_torch(check_options) -> None:
    check_options(REDUCTIONS, reduction, refused=refused, cases=REDUCTIONS_CASES)


VARIANCES_CASES = {
    (2, 8, 3): table(
        "rank name dim keepdim correction",
        (3, "std", [4, 1, -4], False, 0),
        (4, "var", [2, -4], True, 1),
        (5, "std", [-3], False, 0.5),
        (2, "var", -2, True, 2),
    ),
    (1, 5, 1): table(
        "rank name dim keepdim correction",
        (3, "std", [4, 1, -4], False, 0),
        (4, "var", [2, -4], True, 1),
        (5, "std", [-3], False, 0.5),
        (2, "var", -2, True, 2),
    ),
}


@pytest.mark.filterwarnings("ignore:(var|std).*degrees of freedom is <= 0")
def test_variances_equal_torch(check_options) -> None:
    check_options(SPREADS, spread, cases=VARIANCES_CASES)


NORMS_CASES = {
    (2, 8, 3): table(
        "rank ord dim keepdim",
        (4, 0, [-3, 1, 4], False),
        (5, float("-inf"), [-2], True),
        (3, 3, [2, -3], True),
        (2, 1, 1, False),
        (4, 2, 1, True),
        (4, float("inf"), 1, True),
        (4, 2.5, [-1], True),
    ),
    (1, 5, 1): table(
        "rank ord dim keepdim",
        (4, 0, [-3, 1, 4], False),
        (5, float("-inf"), [-2], True),
        (3, 3, [2, -3], True),
        (2, 1, 1, False),
        (4, 2, 1, True),
    ),
}


def test_norms_equal_torch(check_options) -> None:
    check_options(VECTOR_NORMS, vector_norm, cases=NORMS_CASES)


def test_reductions_over_the_batch_equal_torch(check_functions) -> None:
    names = "mean sum amax amin logsumexp".split()
    check_functions({name: lambda x, name=name: x - getattr(x, name)(0) for name in names})
    check_functions({"max of all": lambda x: x - x.max(), "min of all": lambda x: x - x.min()})


def test_spread_over_the_batch_and_reductions_of_other_types_equal_torch(check_functions) -> None:
    check_functions(
        {
            "variance over the batch": lambda x: x * x.var((0, 2, 3), correction=0, keepdim=True),
            "variance and mean": lambda x: torch.stack(torch.var_mean(x, (2, 3)), 1),
            "count as int32": lambda x: (x > 0).sum(1, dtype=torch.int32),
            "sum in another type": lambda x: x.long().sum(1, dtype=torch.float32),
            "sum as float64": lambda x: x.sum(1, dtype=torch.float64),
            "mean of whole numbers": lambda x: x.long().mean(1, dtype=torch.float32),
            "largest whole number": lambda x: x.long().amax(1),
            "product of whole numbers": lambda x: x.long().prod(1),
            "any of numbers": lambda x: x.long().any(1),
            "all of numbers": lambda x: x.round().all(1),
        }
    )


def test_reduction_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.to(torch.int8).amax(1).float(), "`input` is torch.int8"),
            (lambda x: x.to(torch.int8).sum(1, dtype=torch.int8).float(), "its result is torch.int8"),
            (lambda x: (x > 0).any([]).float(), "`dim=[]` is not carried"),
            (lambda x: x + x.mean().amax(0), "needs 1 axes or more"),
            (lambda x: x + x.mean().sum(-1), "needs 1 axes or more"),
            (lambda x: x + x.mean().var(0), "needs 1 axes or more"),
        ]
    )
