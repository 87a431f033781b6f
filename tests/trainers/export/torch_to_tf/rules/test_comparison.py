import torch
from drawn_options import FLOATS, Function, Shape, one_of, options
from hypothesis import strategies as st

OPERANDS = {
    "images": lambda x: x,
    "whole": lambda x: x.round(),
    "integers": lambda x: x.long(),
    "tiny integers": lambda x: x.to(torch.int8),
    "booleans": lambda x: x > 0.5,
    "double": lambda x: x.double() / 3,
    "rows": lambda x: x.mean(1, keepdim=True),
    "one image": lambda x: x.mean(0),
    "fixed number": lambda x: torch.tensor(1),
    "fixed column": lambda x: torch.arange(x.shape[3]),
    "fixed channels": lambda x: torch.arange(x.shape[1] * 1.0).reshape(-1, 1, 1),
}
OPERAND = one_of(*OPERANDS)
COMPARISONS = options(
    name=one_of("eq", "ne", "gt", "ge", "lt", "le"), left=OPERAND, right=OPERAND | FLOATS | st.integers(-3, 3)
)
LOGIC = options(
    name=one_of("logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"),
    left=OPERAND,
    right=OPERAND,
)


def pair(shape: Shape, *, name: str, left: str, right: object) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        result = getattr(torch, name)(OPERANDS[left](x), OPERANDS[right](x) if isinstance(right, str) else right)
        return result.bool() | (x > 100)

    return function


def test_comparisons_equal_torch(check_generated) -> None:
    check_generated(COMPARISONS, pair)


def test_logic_equals_torch(check_generated) -> None:
    check_generated(LOGIC, pair)


def test_negation_and_logic_of_broadcast_conditions_equal_torch(check_functions) -> None:
    check_functions(
        {
            "not": lambda x: ~(x > 0),
            "logical not": lambda x: torch.logical_not(x > 1),
            "rows": lambda x: (x > 0) & (x.mean(1, keepdim=True) > 0),
            "with a number that does not fit": lambda x: x.to(torch.int8) > 200,
            "constant": lambda x: torch.logical_xor(x > 0, torch.arange(8) > 3),
        }
    )


NUMBERS_AND_BOOLEANS = {
    "whole numbers and a fraction": lambda x: x.long() > 0.5,
    "booleans": lambda x: (x > 0) == (x > 1),
    "booleans in order": lambda x: (x > 0) <= (x > 1),
    "booleans and a boolean": lambda x: (x > 0) != True,  # noqa: E712
    "not of numbers": lambda x: torch.logical_not(x.round()),
    "and of numbers": lambda x: torch.logical_and(x.round(), x.long()),
}


def test_numbers_and_booleans_are_compared_as_in_torch(check_functions) -> None:
    check_functions(NUMBERS_AND_BOOLEANS)
