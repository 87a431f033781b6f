import pytest
import torch
from drawn_options import FLOATS, Function, Shape, one_of, options

DIVISORS = {
    "images": lambda x: x.flip(3) + 0.03,
    "rows": lambda x: x.mean(1, keepdim=True) + 3,
    "fixed": lambda x: torch.linspace(-2, 1.7, x.shape[3]) + 0.01,
}
OPERATIONS = {
    "floor": lambda x, y: torch.div(x, y, rounding_mode="floor"),
    "trunc": lambda x, y: torch.div(x, y, rounding_mode="trunc"),
    "true": lambda x, y: torch.div(x, y, rounding_mode=None),
    "remainder": torch.remainder,
    "fmod": torch.fmod,
}
DIVISIONS = options(
    name=one_of(*OPERATIONS), dividend=one_of("images", "whole"), divisor=one_of(*DIVISORS) | FLOATS.filter(bool)
)


def division(shape: Shape, *, name: str, dividend: str, divisor: object) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        top = x if dividend == "images" else x.round()
        return OPERATIONS[name](top, DIVISORS[divisor](x) if isinstance(divisor, str) else divisor)

    return function


def test_rounded_divisions_equal_torch(check_generated) -> None:
    check_generated(DIVISIONS, division)


def test_truncation_and_division_of_numbers_equal_torch(check_functions) -> None:
    check_functions({"truncate": lambda x: x.trunc(), "by nothing": lambda x: x // (x * 0)})
    check_functions({"by infinity": lambda x: x // float("inf"), "by negative infinity": lambda x: x // -float("inf")})


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.long() // 2, "its result is torch.int64"),
        (lambda x: (x.long() % 3).float(), "its result is torch.int64"),
        (lambda x: x.long().trunc().float(), "its result is torch.int64"),
        (lambda x: x % 0, "divides by 0"),
    ],
)
def test_division_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
