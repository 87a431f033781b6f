import operator

import pytest
import torch

OPERATORS = [operator.eq, operator.ne, operator.gt, operator.ge, operator.lt, operator.le]
COMPARISONS = {f"{op.__name__} number": lambda x, op=op: op(x, 1.0) for op in OPERATORS} | {
    f"{op.__name__} tensor": lambda x, op=op: op(x, x.round()) for op in OPERATORS
}
MIXED_TYPES = {
    "integers to integer number": lambda x: x.long() >= 1,
    "integers to floats": lambda x: x.long() < x,
    "floats to a scalar tensor": lambda x: x > torch.tensor(1),
    "floats to a constant": lambda x: x > torch.arange(8),
}
LOGIC = {
    "and": lambda x: torch.logical_and(x > 0, x < 1),
    "bitwise and": lambda x: (x > 0) & (x < 1),
    "or": lambda x: torch.logical_or(x > 1, x < 0),
    "bitwise or": lambda x: (x > 1) | (x < 0),
    "xor": lambda x: torch.logical_xor(x > -1, x < 1),
    "not": lambda x: ~(x > 0),
    "logical not": lambda x: torch.logical_not(x > 1),
}


def test_comparisons_equal_torch(check_functions) -> None:
    check_functions(COMPARISONS | MIXED_TYPES | LOGIC)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.long() > 0.5, "compares torch.int64 with 0.5"),
        (lambda x: (x > 0) == (x > 1), "compares booleans"),
        (lambda x: x.long() & 3, "no rule"),
        (torch.logical_not, "is not boolean"),
    ],
)
def test_comparison_that_is_not_exact_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(lambda x: function(x).float())
