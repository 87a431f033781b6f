import pytest
import torch
from drawn_options import AXIS, RANKS, Function, Shape, at_rank, image_axes, one_of, options
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


def test_orderings_equal_torch(check_generated) -> None:
    check_generated(ORDERINGS, ordering)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.argmax().float() + x, "name an axis"),
        (lambda x: x.argmin().float() + x, "name an axis"),
        (lambda x: x.sort(0).values, "batch axis"),
        (lambda x: x.cumsum(0), "batch axis"),
        (lambda x: x.to(torch.int8).sort(1).values, "`input` is torch.int8"),
        (lambda x: x.cumsum(1, dtype=torch.int16), "its result is torch.int16"),
    ],
)
def test_ordering_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
