import torch
from drawn_options import AXIS, RANKS, Function, Shape, at_rank, image_axes, one_of, options, table
from hypothesis import strategies as st

FUNCTIONS = {
    "argmax": lambda x, dim, keepdim, **_: x.argmax(dim, keepdim),
    "argmin": lambda x, dim, keepdim, **_: x.argmin(dim, keepdim),
    "values of max": lambda x, dim, keepdim, **_: x.max(dim, keepdim).values,
    "positions of max": lambda x, dim, keepdim, **_: x.max(dim, keepdim).indices,
    "values of min": lambda x, dim, keepdim, **_: x.min(dim, keepdim).values,
    "positions of min": lambda x, dim, keepdim, **_: x.min(dim, keepdim).indices,
    "sorted": lambda x, dim, down, **_: x.sort(dim, down).values,
    "stable order": lambda x, dim, down, **_: x.sort(dim=dim, descending=down, stable=True).indices,
    "argsort": lambda x, dim, down, **_: x.argsort(dim, down),
    "largest": lambda x, dim, k, down, **_: x.topk(k, dim, down).values,
    "positions of largest": lambda x, dim, k, down, **_: x.topk(k, dim, down).indices,
    "unsorted largest": lambda x, dim, k, down, **_: x.topk(k, dim, down, sorted=False).values.sum(dim),
    "cumsum": lambda x, dim, **_: x.cumsum(dim),
    "cumsum in another type": lambda x, dim, **_: x.cumsum(dim, dtype=torch.float64),
    "cumsum of booleans": lambda x, dim, **_: (x > 0).cumsum(dim, dtype=torch.float32),
    "cumsum of whole numbers": lambda x, dim, **_: (x > 0).cumsum(dim) + x.int().cumsum(dim),
    "cumprod": lambda x, dim, **_: x.cumprod(dim),
    "cumprod of whole numbers": lambda x, dim, **_: x.sign().int().cumprod(dim),
    "logcumsumexp": lambda x, dim, **_: x.logcumsumexp(dim),
    "cummax": lambda x, dim, **_: x.cummax(dim).values,
}
ORDERINGS = options(
    name=one_of(*FUNCTIONS), rank=RANKS, dim=AXIS, keepdim=st.booleans(), down=st.booleans(), k=st.integers(1, 4)
)


def ordering(shape: Shape, *, name: str, rank: int, dim: int, **others: object) -> Function:
    count = shape[0] * shape[1] * shape[2]

    def function(x: torch.Tensor) -> torch.Tensor:
        # Without equal elements, but for the stable sort: torch leaves open which of them comes first.
        x = x.round() if name == "stable order" else x * 1.37 + torch.arange(count).reshape(shape) * 1e-3
        result = FUNCTIONS[name](at_rank(x, rank), dim=image_axes(dim, rank), **others)
        return result[:, None] if result.dim() == 1 else result

    return function


ORDERINGS_CASES = {
    (2, 8, 3): table(
        "name rank dim keepdim down k",
        ("argmax", 2, 1, False, False, 1),
        ("cummax", 5, -1, True, True, 4),
        ("cumsum", 3, 2, False, True, 3),
        ("unsorted largest", 4, 4, True, False, 2),
        ("positions of min", 2, -4, False, False, 4),
        ("values of max", 3, 3, True, True, 1),
        ("argmin", 3, -3, True, False, 1),
        ("cumprod", 2, -2, False, True, 3),
        ("argsort", 3, 1, True, False, 4),
        ("cumsum of whole numbers", 2, 3, False, True, 2),
        ("stable order", 2, 1, False, False, 1),
        ("values of min", 2, 1, False, False, 1),
        ("logcumsumexp", 3, -3, False, False, 4),
        ("cumsum of booleans", 5, 3, True, True, 4),
        ("positions of max", 3, 2, False, True, 2),
        ("positions of largest", 2, 4, False, True, 4),
        ("sorted", 4, -3, True, False, 4),
        ("cumsum in another type", 3, -3, True, True, 4),
        ("cumprod of whole numbers", 5, 1, True, True, 3),
        ("largest", 3, -1, False, False, 4),
    ),
    (1, 5, 1): table(
        "name rank dim keepdim down k",
        ("argmax", 2, 1, False, False, 1),
        ("cummax", 5, -1, True, True, 4),
        ("cumsum", 3, 2, False, True, 3),
        ("cumsum of whole numbers", 4, -4, True, True, 2),
        ("values of max", 3, 3, True, True, 1),
    ),
}


def test_orderings_equal_torch(check_options) -> None:
    check_options(ORDERINGS, ordering, cases=ORDERINGS_CASES)


def test_ordering_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.argmax().float() + x, "name an axis"),
            (lambda x: x.argmin().float() + x, "name an axis"),
            (lambda x: x.sort(0).values, "batch axis"),
            (lambda x: x.cumsum(0), "batch axis"),
            (lambda x: x.to(torch.int8).sort(1).values, "`input` is torch.int8"),
            (lambda x: x.cumsum(1, dtype=torch.int16), "its result is torch.int16"),
        ]
    )
