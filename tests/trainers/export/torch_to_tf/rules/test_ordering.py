import pytest
import torch

FUNCTIONS = {
    "topk": lambda x: x.topk(2, dim=3).values,
    "topk smallest": lambda x: x.topk(3, dim=1, largest=False).values,
    "topk positions": lambda x: x.topk(2, dim=2).indices,
    "topk unsorted": lambda x: x.topk(2, dim=3, sorted=False).values.sum(3),
    "sort": lambda x: x.sort(dim=2).values,
    "sort down": lambda x: x.sort(dim=1, descending=True).values,
    "stable sort": lambda x: x.round().sort(dim=3, stable=True).indices,
    "stable sort down": lambda x: x.round().sort(dim=3, stable=True, descending=True).indices,
    "argsort": lambda x: x.argsort(dim=-1),
    "argmax": lambda x: x.argmax(1),
    "argmax keeps": lambda x: x.argmax(-1, keepdim=True),
    "argmin": lambda x: x.argmin(2),
    "position of max": lambda x: x.max(1).indices,
    "max and position": lambda x: x.max(1, keepdim=True).values * x.max(1, keepdim=True).indices,
    "min and position": lambda x: x.min(3).values - x.min(3).indices,
    "cumsum": lambda x: x.cumsum(2),
    "cumsum in another type": lambda x: x.cumsum(1, dtype=torch.float64),
    "cumsum counts": lambda x: (x > 0).cumsum(2, dtype=torch.float32),
    "cumsum of whole numbers": lambda x: (x > 0).cumsum(3) + x.int().cumsum(1),
    "cumprod of whole numbers": lambda x: x.sign().int().cumprod(1),
    "cumprod": lambda x: x.cumprod(-1),
}


def test_orderings_equal_torch(check_functions) -> None:
    # Without equal elements: torch leaves open which of them comes first.
    distinct = {
        name: (lambda x, function=function: function(x * 1.37 + torch.arange(4 * 6 * 8).reshape(4, 6, 8) * 1e-3))
        for name, function in FUNCTIONS.items()
        if "stable" not in name
    }
    check_functions({**distinct, **{name: FUNCTIONS[name] for name in FUNCTIONS if "stable" in name}})


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.argmax().float() + x, "name an axis"),
        (lambda x: x.sort(0).values, "batch axis"),
        (lambda x: x.cumsum(0), "batch axis"),
        (lambda x: x.long().sort(1).values, "holds integers"),
        (lambda x: x.cumsum(1, dtype=torch.int16), "its result is torch.int16"),
        (lambda x: x.median(3).values, "no rule"),
    ],
)
def test_ordering_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
