import pytest
import torch

FUNCTIONS = {
    "floor": lambda x: torch.div(x, 3, rounding_mode="floor"),
    "floor by a tenth": lambda x: x.round() // 0.1,
    "floor by tensor": lambda x: x // (x.flip(3) + 0.03),
    "trunc": lambda x: torch.div(x, -0.7, rounding_mode="trunc"),
    "remainder": lambda x: x % 0.7,
    "remainder of negative": lambda x: x % -1.3,
    "fmod": lambda x: torch.fmod(x, 0.7),
    "fmod of negative": lambda x: torch.fmod(x, -1.3),
    "truncate": lambda x: x.trunc(),
}


def test_rounded_divisions_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.long() // 2, "its result is torch.int64"),
        (lambda x: (x.long() % 3).float(), "its result is torch.int64"),
        (lambda x: x % 0, "divides by 0"),
    ],
)
def test_division_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
