import torch
from drawn_options import FLOATS, Function, Shape, one_of, options, table
from hypothesis import strategies as st

DTYPES = one_of(None, torch.float32, torch.float64, torch.int64, torch.int32, torch.bool)
FILLS = {
    "zeros": lambda x, size, fill, dtype: torch.zeros(size, dtype=dtype),
    "ones": lambda x, size, fill, dtype: torch.ones(size, dtype=dtype),
    "full": lambda x, size, fill, dtype: torch.full(size, fill, dtype=dtype),
    "zeros_like": lambda x, size, fill, dtype: torch.zeros_like(x, dtype=dtype),
    "ones_like": lambda x, size, fill, dtype: torch.ones_like(x, dtype=dtype),
    "full_like": lambda x, size, fill, dtype: torch.full_like(x, fill, dtype=dtype),
    "new_zeros": lambda x, size, fill, dtype: x.new_zeros(size, dtype=dtype),
    "new_ones": lambda x, size, fill, dtype: x.new_ones(size, dtype=dtype),
    "new_full": lambda x, size, fill, dtype: x.new_full(size, fill, dtype=dtype),
}
CALLS = options(
    name=one_of(*FILLS),
    batches=one_of(0, 1, 2),
    more=st.lists(st.integers(1, 3), min_size=1, max_size=2),
    fill=FLOATS | st.integers(-3, 3) | st.booleans() | one_of(2**40, 0.1, float("-inf")),
    dtype=DTYPES,
)


def beside_images(result: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the result, but so that it seems to depend on the images: what does not is refused as an output."""
    return torch.where(x.flatten(1)[:, :1] > 1e6, torch.zeros_like(result), result)


def created(shape: Shape, *, name: str, batches: int, more: list[int], fill: object, dtype: torch.dtype) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        count = x.shape[0]
        result = FILLS[name](x, (count * batches or 1, *more), fill, dtype)
        if name.endswith("like"):
            return beside_images(result.flatten(1), x)
        return beside_images(result.reshape(count, -1) if batches else result[:1].flatten(1).expand(count, -1), x)

    return function


NEW_TENSORS_CASES = {
    (2, 8, 3): table(
        "name batches more fill dtype",
        ("new_ones", 0, [1, 3], 0.1, torch.int64),
        ("zeros", 1, [1], 0.0, None),
        ("ones", 2, [3, 2], True, torch.bool),
        ("ones_like", 1, [3, 2], float("-inf"), torch.float64),
        ("zeros_like", 2, [3, 3], 1099511627776, torch.float32),
        ("new_zeros", 1, [1, 3], 0, torch.int32),
        ("full_like", 0, [2, 1], -0.3, torch.int64),
        ("full", 2, [1], False, torch.float32),
        ("new_full", 0, [2], -1, torch.int64),
        ("full_like", 0, [2, 1], 1, None),
    ),
    (1, 5, 1): table(
        "name batches more fill dtype",
        ("new_ones", 0, [1, 3], 0.1, torch.int64),
        ("zeros", 1, [1], 0.0, None),
        ("ones", 2, [3, 2], True, torch.bool),
        ("ones_like", 1, [3, 2], float("-inf"), torch.float64),
        ("zeros_like", 2, [3, 3], 1099511627776, torch.float32),
    ),
}


def test_new_tensors_equal_torch(check_options) -> None:
    check_options(CALLS, created, cases=NEW_TENSORS_CASES)


def test_numbers_in_a_row_equal_torch(check_functions) -> None:
    check_functions(
        {
            "arange": lambda x: x * torch.arange(8.0),
            "arange with a step": lambda x: x * torch.arange(1, 9, 1, dtype=torch.float32),
            "linspace": lambda x: x * torch.linspace(-1, 1, 8),
            "eye": lambda x: x @ torch.eye(8),
        }
    )


def test_numbers_that_are_not_float32_keep_every_digit(check_functions) -> None:
    check_functions(
        {
            "large": lambda x: beside_images(torch.full((x.shape[0], 2), 2**40 + 1) - 2**40, x),
            "double": lambda x: beside_images(
                (torch.full((x.shape[0], 2), 0.1, dtype=torch.float64) - 0.1) * 1e8 + 1, x
            ),
        }
    )
