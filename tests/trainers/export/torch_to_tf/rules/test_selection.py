import pytest
import torch
from drawn_options import FLOATS, Function, Shape, one_of, options, table
from hypothesis import strategies as st

CONDITIONS = {
    "images": lambda x: x > 0,
    "rows": lambda x: x.mean(1, keepdim=True) > 0,
    "fixed columns": lambda x: torch.arange(x.shape[3]) % 2 == 0,
    "fixed image": lambda x: torch.arange(x[0].numel()).reshape(x.shape[1:]) % 3 == 0,
}
CHOICES = {
    "images": lambda x: x,
    "double": lambda x: x.double() / 3,
    "integers": lambda x: x.long(),
    "gate": lambda x: x.mean((2, 3), keepdim=True),
    "fixed channels": lambda x: torch.linspace(-1, 2, x.shape[1]).reshape(-1, 1, 1),
    "fixed number": lambda x: torch.tensor(0.5),
}
NUMBERS = FLOATS | st.integers(-3, 3) | one_of(float("inf"), float("-inf"), True)
CHOICE = one_of(*CHOICES) | NUMBERS
CALLS = options(condition=one_of(*CONDITIONS), input=CHOICE, other=CHOICE)
FILLS = options(
    input=one_of("images", "integers", "gate"), mask=one_of(*CONDITIONS), value=one_of("fixed number") | NUMBERS
)


def choice(x: torch.Tensor, name: object) -> object:
    return CHOICES[name](x) if isinstance(name, str) else name


def whole(result: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return result.expand(x.shape)


def where(shape: Shape, *, condition: str, input: object, other: object) -> Function:
    return lambda x: whole(torch.where(CONDITIONS[condition](x), choice(x, input), choice(x, other)), x)


def masked_fill(shape: Shape, *, input: str, mask: str, value: object) -> Function:
    return lambda x: whole(choice(x, input).masked_fill(CONDITIONS[mask](x), choice(x, value)), x)


CHOICES_CASES = {
    (2, 8, 3): table(
        "condition input other",
        ("images", "images", "images"),
        ("fixed image", True, float("inf")),
        ("fixed columns", "integers", 1.5),
        ("rows", "fixed channels", -1.5),
        ("fixed columns", float("inf"), "fixed number"),
        ("fixed columns", -0.8, "gate"),
        ("fixed columns", 1, True),
        ("rows", 0.2, -1),
        ("images", -1, "double"),
        ("fixed columns", "gate", "integers"),
        ("fixed columns", 0, 0),
        ("fixed columns", 0.0, 0.0),
        ("rows", 2, 2),
        ("rows", float("-inf"), float("-inf")),
        ("images", "fixed number", 1),
        ("images", "double", "images"),
        ("fixed columns", True, "fixed channels"),
    ),
    (1, 5, 1): table(
        "condition input other",
        ("images", "images", "images"),
        ("fixed image", True, float("inf")),
        ("fixed columns", "integers", 1.5),
        ("rows", "fixed channels", -1.5),
        ("fixed columns", float("inf"), "fixed number"),
    ),
}


def test_choices_equal_torch(check_options) -> None:
    check_options(CALLS, where, cases=CHOICES_CASES)


MASKED_FILLS_CASES = {
    (2, 8, 3): table(
        "input mask value",
        ("images", "images", "fixed number"),
        ("gate", "fixed image", True),
        ("integers", "fixed columns", -2),
        ("integers", "rows", -1.0),
        ("gate", "fixed image", float("-inf")),
        ("images", "fixed columns", 2.1),
        ("gate", "fixed columns", float("inf")),
        ("gate", "fixed image", 1),
        ("integers", "fixed columns", 0.0),
        ("gate", "images", 0),
        ("integers", "images", 3),
    ),
    (1, 5, 1): table(
        "input mask value",
        ("images", "images", "fixed number"),
        ("gate", "fixed image", True),
        ("integers", "fixed columns", -2),
        ("integers", "rows", -1.0),
        ("gate", "fixed image", float("-inf")),
    ),
}


def test_masked_fills_equal_torch(check_options) -> None:
    check_options(FILLS, masked_fill, cases=MASKED_FILLS_CASES)


@pytest.mark.filterwarnings("ignore:where received a uint8 condition")
@pytest.mark.parametrize("function", [lambda x: torch.where(x.byte(), x, -x), lambda x: x.masked_fill(x.byte(), 1)])
def test_condition_that_is_not_boolean_is_refused(refusal, function) -> None:
    assert refusal(function)
