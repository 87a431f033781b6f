import pytest
import torch
from drawn_options import FLOATS, Function, Shape, one_of, options
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


def test_choices_equal_torch(check_generated) -> None:
    check_generated(CALLS, where)


def test_masked_fills_equal_torch(check_generated) -> None:
    check_generated(FILLS, masked_fill)


@pytest.mark.filterwarnings("ignore:where received a uint8 condition")
@pytest.mark.parametrize("function", [lambda x: torch.where(x.byte(), x, -x), lambda x: x.masked_fill(x.byte(), 1)])
def test_condition_that_is_not_boolean_is_refused(refusal, function) -> None:
    assert refusal(function)
