import torch
from drawn_options import FLOATS, Function, Shape, one_of, options, table
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


COMPARISONS_CASES = {
    (2, 8, 3): table(
        "name left right",
        ("eq", "images", "images"),
        ("le", "fixed channels", 2),
        ("ge", "one image", "double"),
        ("gt", "fixed number", -2.3),
        ("ne", "double", "one image"),
        ("lt", "rows", "rows"),
        ("le", "fixed column", 0),
        ("eq", "integers", -1),
        ("le", "whole", 0.7),
        ("le", "tiny integers", "fixed number"),
        ("eq", "booleans", "fixed channels"),
        ("le", "rows", "booleans"),
        ("lt", "fixed channels", 1),
        ("le", "tiny integers", "tiny integers"),
        ("le", "double", "fixed column"),
        ("le", "one image", "whole"),
        ("gt", "double", "integers"),
    ),
    (1, 5, 1): table(
        "name left right",
        ("eq", "images", "images"),
        ("le", "fixed channels", 2),
        ("ge", "one image", "double"),
        ("gt", "fixed number", -2.3),
        ("ne", "double", "one image"),
    ),
}


def test_comparisons_equal_torch(check_options) -> None:
    check_options(COMPARISONS, pair, cases=COMPARISONS_CASES)


LOGIC_CASES = {
    (2, 8, 3): table(
        "name left right",
        ("logical_and", "images", "images"),
        ("logical_xor", "integers", "integers"),
        ("bitwise_xor", "fixed column", "booleans"),
        ("logical_or", "double", "whole"),
        ("bitwise_or", "tiny integers", "tiny integers"),
        ("bitwise_and", "fixed number", "fixed number"),
        ("logical_and", "rows", "double"),
        ("logical_or", "fixed channels", "fixed column"),
        ("logical_or", "one image", "one image"),
        ("logical_or", "whole", "fixed channels"),
        ("logical_and", "booleans", "images"),
        ("logical_and", "rows", "rows"),
    ),
    (1, 5, 1): table(
        "name left right",
        ("logical_and", "images", "images"),
        ("logical_xor", "integers", "integers"),
        ("bitwise_xor", "fixed column", "booleans"),
        ("logical_or", "double", "whole"),
        ("bitwise_or", "tiny integers", "tiny integers"),
    ),
}


def test_logic_equals_torch(check_options) -> None:
    check_options(LOGIC, pair, cases=LOGIC_CASES)


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
