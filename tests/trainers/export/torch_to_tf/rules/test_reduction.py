import itertools

import pytest
import torch

AXES = [1, -1, (2, 3), (1, 3), (3, 1), (1, 2), (1, 2, 3), (-1, -2)]
MEANS = {
    f"mean {axes} {keep}": lambda x, axes=axes, keep=keep: x.mean(axes, keepdim=keep)[:, None]
    for axes, keep in itertools.product(AXES, [False, True])
}
FUNCTIONS = {
    "mean of all": lambda x: x - x.mean(),
    "mean over the batch": lambda x: x - x.mean(0),
    "sum": lambda x: x.sum((1, 2)),
    "sum of all": lambda x: x - x.sum(),
    "amax": lambda x: x.amax((2, 3), keepdim=True),
    "amin": lambda x: x.amin(1),
    "max of all": lambda x: x - x.max(),
    "min of all": lambda x: x - x.min(),
    "max along": lambda x: x.max(1).values,
    "min along": lambda x: x.min(2, keepdim=True).values,
    "logsumexp": lambda x: x.logsumexp((1, 2)),
    "any": lambda x: (x > 3).any(1),
    "all": lambda x: (x > -2).all(3),
    "var": lambda x: x.var((2, 3)),
    "var biased": lambda x: x.var(1, correction=0, keepdim=True),
    "std": lambda x: x.std((1, 2, 3))[:, None],
    "norm": lambda x: x.norm(dim=1),
    "norm 1": lambda x: torch.linalg.vector_norm(x, 1, dim=(2, 3)),
    "norm 3": lambda x: torch.linalg.vector_norm(x, 3, dim=1),
    "norm inf": lambda x: torch.linalg.vector_norm(x, float("inf"), dim=3),
}


def test_means_over_any_axes_equal_torch(check_functions) -> None:
    check_functions(MEANS)


def test_reductions_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.var(0), "batch axis"),
        (lambda x: x.sum(1, dtype=torch.float64), "`dtype=torch.float64` is not carried"),
        (lambda x: (x > 0).sum(1, dtype=torch.int32).float(), "its result is torch.int32"),
        (lambda x: x.long().amax(1).float(), "holds integers"),
    ],
)
def test_reduction_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
