import pytest
import torch
from drawn_options import RANKS, Function, Shape, at_rank, one_of, options
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


def test_softmax_equals_torch_along_every_axis(check_generated) -> None:
    check_generated(SOFTMAXES, softmax)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_a_single_number_is_refused(refusal, name: str) -> None:
    assert "needs 1 axes or more" in refusal(lambda x: x + getattr(F, name)(x.mean(), 0))
