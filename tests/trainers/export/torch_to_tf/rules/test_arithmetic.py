from collections.abc import Callable

import pytest
import torch
from drawn_options import FLOATS, Function, Options, Shape, one_of, options
from hypothesis import strategies as st

# What an operand may be: of any rank that broadcasts, computed or fixed, of any type, or a number.
OPERANDS = {
    "images": lambda x: x,
    "other images": lambda x: x.flip(-1) * 0.7 + 0.1,
    "integers": lambda x: x.long(),
    "small integers": lambda x: x.int(),
    "tiny integers": lambda x: x.to(torch.int8),
    "booleans": lambda x: x > 0.5,
    "double": lambda x: x.double() / 3,
    "channel gate": lambda x: x.mean((2, 3), keepdim=True),
    "row": lambda x: x.mean((0, 1, 3)).unsqueeze(1),
    "column of the batch": lambda x: x.mean((0, 1, 2)),
    "number of the batch": lambda x: x.mean(),
    "one image": lambda x: x.mean(0),
    "fixed channels": lambda x: torch.linspace(-1, 2, x.shape[1]).reshape(-1, 1, 1),
    "fixed row": lambda x: torch.linspace(-1, 2, x.shape[2]).reshape(-1, 1),
    "fixed column": lambda x: torch.arange(x.shape[3]),
    "fixed image": lambda x: torch.linspace(-3, 3, x[0].numel()).reshape(1, *x.shape[1:]),
    "fixed number": lambda x: torch.tensor(0.75),
    "fixed double": lambda x: torch.full((1,), 0.1, dtype=torch.float64),
}
NUMBERS = FLOATS | st.integers(-3, 3) | st.booleans()
BINARY = "add sub mul div maximum minimum atan2 rsub".split()
SCALED = {
    "add": lambda x, y, alpha: torch.add(x, y, alpha=alpha),
    "sub": lambda x, y, alpha: torch.sub(x, y, alpha=alpha),
    "rsub": lambda x, y, alpha: torch.rsub(x, y, alpha=alpha),
    "lerp": torch.lerp,
    "addcmul": lambda x, y, alpha: torch.addcmul(x, x, y, value=alpha),
    "addcdiv": lambda x, y, alpha: torch.addcdiv(x, x, (y * 1.0).abs() + 1, value=alpha),
}
OPERAND = one_of(*OPERANDS)
OPERATIONS = options(name=one_of(*BINARY), left=OPERAND, right=OPERAND | NUMBERS)
SCALED_OPERATIONS = options(name=one_of(*SCALED), left=OPERAND, right=OPERAND, alpha=FLOATS | st.integers(-3, 3))
POWERS = options(base=OPERAND | one_of(2, 0.5, 3.0), exponent=OPERAND | FLOATS | one_of(0, 1, 2, 3, -1, 0.5, True))
CLAMPS = options(value=OPERAND, low=st.none() | NUMBERS | OPERAND, high=st.none() | NUMBERS | OPERAND)


def operand(x: torch.Tensor, name: object) -> object:
    return OPERANDS[name](x) if isinstance(name, str) else name


def standing_alike(result: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Broadcast to the batch what has lost it, so that results can stand side by side."""
    return (result + torch.zeros_like(x).to(result.dtype)).flatten(1)


def binary(shape: Shape, *, name: str, left: str, right: object) -> Function:
    return lambda x: standing_alike(getattr(torch, name)(operand(x, left), operand(x, right)), x)


def scaled(shape: Shape, *, name: str, left: str, right: str, alpha: float) -> Function:
    return lambda x: standing_alike(SCALED[name](operand(x, left), operand(x, right), alpha), x)


def power(shape: Shape, *, base: object, exponent: object) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        # Eighths add up exactly: the power of a mean near 0 would make much of how it was rounded.
        x = (x * 8).round() / 8
        return standing_alike(torch.pow(operand(x, base), operand(x, exponent)), x)

    return function


def clamp(shape: Shape, *, value: str, low: object, high: object) -> Function:
    return lambda x: standing_alike(torch.clamp(operand(x, value), operand(x, low), operand(x, high)), x)


def refused(function: Callable[..., Function]) -> Callable[..., str | None]:
    """Say which type of result is refused: the small ones, and integers in powers."""

    def words(shape: Shape, options: Options) -> str | None:
        operands = {name for key, name in options.items() if key != "name" and isinstance(name, str)}
        if all(name.startswith("fixed") for name in operands):
            return None
        dtype = function(shape, **options)(torch.zeros(2, *shape)).dtype
        carried = (torch.float32, torch.float64, torch.int32, torch.int64)
        whole_powers = "base" in options and not dtype.is_floating_point
        return f"its result is {dtype}" if dtype not in carried or whole_powers else None

    return words


def test_binary_operations_equal_torch(check_generated) -> None:
    check_generated(OPERATIONS, binary, refused=refused(binary))


def test_scaled_operations_equal_torch(check_generated) -> None:
    check_generated(SCALED_OPERATIONS, scaled, refused=refused(scaled))


def test_powers_equal_torch(check_generated) -> None:
    check_generated(POWERS, power, refused=refused(power))


def test_limits_equal_torch(check_generated) -> None:
    check_generated(CLAMPS, clamp, refused=refused(clamp))


def test_broadcasting_to_five_axes_equals_torch(check_functions) -> None:
    check_functions(
        {
            "fixed": lambda x: x[:, None] + torch.arange(3.0).reshape(3, 1, 1, 1),
            "gate": lambda x: torch.stack([x, x + 1], 1) * x.mean((2, 3))[:, None, :, None, None],
        }
    )


def test_whole_number_that_does_not_fit_wraps_around_as_in_torch(check_functions) -> None:
    check_functions({"int32": lambda x: x.int() + (2**40 + 3)})


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.to(torch.uint8) + x.to(torch.uint8), "its result is torch.uint8"),
        (lambda x: x.half() + 1, "torch.float16 values are not carried"),
        (lambda x: x / x.shape[0], "depends on the batch size"),
    ],
)
def test_arithmetic_that_is_not_exact_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
