from collections.abc import Callable

import torch
from drawn_options import FLOATS, Function, Options, Shape, one_of, options, table
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
    """Say which type of result is refused, the small ones, and what torch itself takes apart or turns into a number."""

    def words(shape: Shape, options: Options) -> str | None:
        operands = {name for key, name in options.items() if key != "name" and isinstance(name, str)}
        if all(name.startswith("fixed") for name in operands):
            return None
        dtype = function(shape, **options)(torch.zeros(2, *shape)).dtype
        if options.get("name") == "addcmul" and not dtype.is_floating_point and isinstance(options["alpha"], float):
            return "torch fails to take apart"
        limits = [options.get("low"), options.get("high")]
        if "number of the batch" in limits and any(isinstance(limit, int | float) for limit in limits):
            return "takes a number or a size from the values of a tensor"
        carried = (torch.float32, torch.float64, torch.int32, torch.int64)
        return f"its result is {dtype}" if dtype not in carried else None

    return words


BINARY_OPERATIONS_CASES = {
    (2, 8, 3): table(
        "name left right",
        ("add", "images", "images"),
        ("maximum", "fixed double", "fixed image"),
        ("div", "fixed row", "double"),
        ("mul", "double", False),
        ("minimum", "column of the batch", "column of the batch"),
        ("sub", "fixed image", 0.7),
        ("rsub", "row", "number of the batch"),
        ("atan2", "booleans", "booleans"),
        ("add", "fixed column", True),
        ("div", "other images", "fixed row"),
        ("minimum", "fixed number", "fixed double"),
        ("add", "integers", -1.5),
        ("add", "tiny integers", "small integers"),
        ("div", "fixed channels", "fixed column"),
        ("mul", "one image", "tiny integers"),
        ("sub", "small integers", 3),
        ("minimum", "number of the batch", "fixed number"),
        ("mul", "channel gate", -2),
        ("atan2", "images", "other images"),
        ("mul", "row", "fixed channels"),
        ("sub", "double", "one image"),
        ("div", "images", 0),
        ("sub", "integers", "integers"),
        ("rsub", "row", "row"),
        ("sub", "row", 1),
        ("div", "fixed channels", 0.0),
        ("div", "images", "channel gate"),
        ("add", "tiny integers", "tiny integers"),
    ),
    (1, 5, 1): table(
        "name left right",
        ("add", "images", "images"),
        ("maximum", "fixed double", "fixed image"),
        ("div", "fixed row", "double"),
        ("mul", "double", False),
        ("minimum", "column of the batch", "column of the batch"),
    ),
}


def test_binary_operations_equal_torch(check_options) -> None:
    check_options(OPERATIONS, binary, refused=refused(binary), cases=BINARY_OPERATIONS_CASES)


SCALED_OPERATIONS_CASES = {
    (2, 8, 3): table(
        "name left right alpha",
        ("add", "images", "images", 0.0),
        ("addcdiv", "fixed number", "fixed image", -2),
        ("sub", "double", "fixed double", 3),
        ("rsub", "fixed channels", "integers", 2.3),
        ("addcmul", "number of the batch", "double", 1),
        ("lerp", "channel gate", "channel gate", 0),
        ("rsub", "one image", "tiny integers", -0.9),
        ("sub", "column of the batch", "row", -3),
        ("addcmul", "tiny integers", "fixed column", 2),
        ("addcdiv", "fixed double", "column of the batch", -2.7),
        ("lerp", "row", "fixed channels", 0.3),
        ("sub", "fixed row", "fixed row", 1),
        ("addcmul", "other images", "small integers", -3),
        ("addcmul", "small integers", "fixed number", -1.6),
        ("add", "booleans", "one image", 0),
        ("addcdiv", "channel gate", "number of the batch", -2),
        ("addcmul", "other images", "other images", -3),
        ("add", "fixed image", "images", 0.0),
        ("addcdiv", "integers", "fixed number", 2.4),
        ("addcdiv", "channel gate", "booleans", 2.1),
        ("addcdiv", "fixed column", "row", 1.9),
        ("addcmul", "tiny integers", "tiny integers", -1.9),
    ),
    (1, 5, 1): table(
        "name left right alpha",
        ("add", "images", "images", 0.0),
        ("addcdiv", "fixed number", "fixed image", -2),
        ("sub", "double", "fixed double", 3),
        ("rsub", "fixed channels", "integers", 2.3),
        ("addcmul", "number of the batch", "double", 1),
    ),
}


def test_scaled_operations_equal_torch(check_options) -> None:
    check_options(SCALED_OPERATIONS, scaled, refused=refused(scaled), cases=SCALED_OPERATIONS_CASES)


POWERS_CASES = {
    (2, 8, 3): table(
        "base exponent",
        ("images", "images"),
        ("tiny integers", "fixed double"),
        ("column of the batch", "row"),
        (0.5, "column of the batch"),
        ("fixed column", 0.5),
        ("number of the batch", -0.8),
        ("fixed double", "fixed row"),
        ("row", "tiny integers"),
        ("fixed image", "double"),
        ("double", 1),
        ("fixed channels", 2),
        (2, "other images"),
        ("channel gate", "channel gate"),
        ("fixed number", "one image"),
        ("fixed row", -1),
        ("other images", 0),
        ("one image", True),
        ("small integers", "fixed channels"),
        ("images", 0.0),
        (0.5, "small integers"),
        (3.0, "number of the batch"),
        (0.5, "integers"),
        (2, "fixed image"),
        (2, "fixed number"),
        ("integers", -2.8),
        ("booleans", -0.7),
        ("fixed column", "fixed column"),
        (0.5, "booleans"),
        ("tiny integers", "tiny integers"),
        ("booleans", "fixed column"),
        ("small integers", "small integers"),
    ),
    (1, 5, 1): table(
        "base exponent",
        ("images", "images"),
        ("tiny integers", "fixed double"),
        ("column of the batch", "row"),
        (0.5, "column of the batch"),
        ("fixed column", 0.5),
    ),
}


def test_powers_equal_torch(check_options) -> None:
    check_options(POWERS, power, refused=refused(power), cases=POWERS_CASES)


LIMITS_CASES = {
    (2, 8, 3): table(
        "value low high",
        ("fixed double", "fixed image", "tiny integers"),
        ("column of the batch", None, -1),
        ("integers", 2, None),
        ("one image", False, 1.7),
        ("other images", 1, -3.0),
        ("fixed number", "fixed number", 3),
        ("channel gate", "channel gate", "fixed number"),
        ("fixed channels", True, True),
        ("images", "number of the batch", 1),
        ("row", 0, 0),
        ("fixed column", "fixed column", "fixed column"),
        ("fixed image", "fixed double", "fixed image"),
        ("number of the batch", "small integers", "booleans"),
        ("tiny integers", "tiny integers", "fixed row"),
        ("double", "double", "double"),
        ("fixed row", "fixed row", "number of the batch"),
        ("fixed number", 0.0, 0.0),
        ("images", "images", "images"),
        ("small integers", 2, False),
        ("booleans", -1.7, -1.7),
        ("column of the batch", "column of the batch", "column of the batch"),
        ("channel gate", "row", "other images"),
        ("channel gate", "integers", "integers"),
        ("fixed double", 0.2, -1),
        ("integers", -3, 1),
        ("number of the batch", "booleans", "booleans"),
        ("booleans", None, "fixed double"),
        ("channel gate", "row", "row"),
        ("column of the batch", "fixed channels", None),
        ("integers", "channel gate", "channel gate"),
        ("tiny integers", None, 0),
        ("booleans", None, "booleans"),
    ),
    (1, 5, 1): table(
        "value low high",
        ("fixed double", "fixed image", "tiny integers"),
        ("column of the batch", None, -1),
        ("integers", 2, None),
        ("one image", False, 1.7),
        ("other images", 1, -3.0),
    ),
}


def test_limits_equal_torch(check_options) -> None:
    check_options(CLAMPS, clamp, refused=refused(clamp), cases=LIMITS_CASES)


def test_broadcasting_to_five_axes_equals_torch(check_functions) -> None:
    check_functions(
        {
            "fixed": lambda x: x[:, None] + torch.arange(3.0).reshape(3, 1, 1, 1),
            "gate": lambda x: torch.stack([x, x + 1], 1) * x.mean((2, 3))[:, None, :, None, None],
        }
    )


def test_whole_number_that_does_not_fit_wraps_around_as_in_torch(check_functions) -> None:
    check_functions({"int32": lambda x: x.int() + (2**40 + 3)})


def test_arithmetic_that_is_not_exact_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.to(torch.uint8) + x.to(torch.uint8), "its result is torch.uint8"),
            (lambda x: x.half() + 1, "torch.float16 values are not carried"),
            (lambda x: x / x.shape[0], "depends on the batch size"),
        ]
    )
