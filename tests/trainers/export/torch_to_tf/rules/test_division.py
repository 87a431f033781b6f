import torch
from drawn_options import FLOATS, Function, Shape, one_of, options, table

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


ROUNDED_DIVISIONS_CASES = {
    (2, 8, 3): table(
        "name dividend divisor",
        ("floor", "images", "images"),
        ("fmod", "whole", 2.0),
        ("remainder", "images", -2.2),
        ("trunc", "whole", "rows"),
        ("true", "images", "fixed"),
    ),
    (1, 5, 1): table(
        "name dividend divisor",
        ("floor", "images", "images"),
        ("fmod", "whole", 2.0),
        ("remainder", "images", -2.2),
        ("trunc", "whole", "rows"),
        ("true", "images", "fixed"),
    ),
}


def test_rounded_divisions_equal_torch(check_options) -> None:
    check_options(DIVISIONS, division, cases=ROUNDED_DIVISIONS_CASES)


def test_truncation_and_division_of_numbers_equal_torch(check_functions) -> None:
    check_functions({"truncate": lambda x: x.trunc(), "by nothing": lambda x: x // (x * 0)})
    check_functions({"by infinity": lambda x: x // float("inf"), "by negative infinity": lambda x: x // -float("inf")})


def whole(x: torch.Tensor) -> torch.Tensor:
    return (x * 5).long()


def odd(x: torch.Tensor) -> torch.Tensor:
    return whole(x.flip(3)) * 2 + 1


OF_WHOLE_NUMBERS = {
    "floor": lambda x: whole(x) // 3,
    "floor by a negative": lambda x: whole(x).int() // -3,
    "floor by tensor": lambda x: whole(x) // odd(x),
    "trunc": lambda x: torch.div(whole(x), -3, rounding_mode="trunc"),
    "trunc by tensor": lambda x: torch.div(whole(x), odd(x), rounding_mode="trunc"),
    "remainder": lambda x: whole(x) % 3,
    "remainder of negative": lambda x: whole(x) % -3,
    "remainder by tensor": lambda x: whole(x) % odd(x),
    "a number's remainder": lambda x: torch.remainder(7, odd(x)),
    "fmod": lambda x: torch.fmod(whole(x), -3),
    "fmod by tensor": lambda x: torch.fmod(whole(x), odd(x)),
    "truncate": lambda x: whole(x).trunc(),
}


def test_rounded_divisions_of_whole_numbers_equal_torch(check_functions) -> None:
    check_functions(OF_WHOLE_NUMBERS)


def test_division_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.to(torch.int8) // 2, "its result is torch.int8"),
            (lambda x: x.to(torch.int8).trunc().float(), "its result is torch.int8"),
            (lambda x: x.long() // 0, "divides by 0"),
            (lambda x: x % 0, "divides by 0"),
        ]
    )
