import itertools

import pytest
import torch


def index(x: torch.Tensor, count: int) -> torch.Tensor:
    return (x.abs() * 7).long() % count


FUNCTIONS = {
    "write": lambda x: torch.zeros_like(x).scatter(3, x.argsort(3), x),
    "write a number": lambda x: x.scatter(2, index(x, 6)[:, :, :1], 5.0),
    "write at the largest": lambda x: torch.zeros_like(x).scatter(1, x.topk(2, 1).indices, 1.0),
    "write at fixed places": lambda x: x.scatter(1, torch.tensor([2, 0]).reshape(1, 2, 1, 1).expand(1, 2, 6, 8), 9.0),
    "index shorter than the source": lambda x: x.scatter(1, index(x, 4)[:, :1, :3], x[:, :2]),
    "add": lambda x: x.scatter_add(3, index(x, 8), x),
    "add to few": lambda x: torch.zeros(x.shape[0], 4, 6, 3).scatter_add(-1, index(x, 3), x),
    "add by name": lambda x: x.scatter(1, index(x, 4), x, reduce="add"),
}
REDUCTIONS = {
    f"{name}, {with_old}": lambda x, name=name, with_old=with_old: x.scatter_reduce(
        2, index(x, 6), x * 2 + 1, name, include_self=with_old
    )
    for name, with_old in itertools.product(["sum", "mean", "amax", "amin"], [True, False])
}

OLD_SPELLING = pytest.mark.filterwarnings("ignore:The reduce argument of torch.scatter")


@OLD_SPELLING
def test_scattering_equals_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_reductions_of_what_meets_at_one_place_equal_torch(check_functions) -> None:
    check_functions(REDUCTIONS)


@OLD_SPELLING
def test_scattering_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.scatter_reduce(1, index(x, 4), x, "prod"), "`reduce=prod` is not carried"),
            (lambda x: x.scatter(1, index(x, 4), x, reduce="multiply"), "`reduce=multiply` is not carried"),
            (lambda x: x.masked_scatter(x > 0, x), "no rule"),
        ]
    )
