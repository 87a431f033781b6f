import torch
from drawn_options import RANKS, Function, Shape, at_rank, one_of, options, table
from hypothesis import strategies as st
from torch.nn import functional as F

SOFTMAXES = options(
    name=one_of("softmax", "log_softmax", "softmin"),
    rank=RANKS,
    dim=st.integers(-5, 4),
    dtype=one_of(None, None, torch.float64, torch.float32),
)


def softmax(shape: Shape, *, name: str, rank: int, **others: object) -> Function:
    return lambda x: getattr(F, name)(at_rank(x, rank), **others)


SOFTMAX_CASES = {
    (2, 8, 3): table(
        "name rank dim dtype",
        ("softmax", 2, 0, None),
        ("softmin", 5, 3, torch.float32),
        ("log_softmax", 3, -2, torch.float64),
        ("softmin", 4, 1, torch.float32),
    ),
    (1, 5, 1): table(
        "name rank dim dtype",
        ("softmax", 2, 0, None),
        ("softmin", 5, 3, torch.float32),
        ("log_softmax", 3, -2, torch.float64),
        ("softmin", 4, 1, torch.float32),
    ),
}


def test_softmax_equals_torch_along_every_axis(check_options) -> None:
    check_options(SOFTMAXES, softmax, cases=SOFTMAX_CASES)


def test_softmax_of_a_single_number_is_refused(check_refused) -> None:
    functions = [lambda x: x + F.softmax(x.mean(), 0), lambda x: x + F.log_softmax(x.mean(), 0)]
    check_refused([(function, "needs 1 axes or more") for function in functions])
