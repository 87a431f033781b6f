import pytest
import torch
from drawn_options import Function, Shape, one_of, options

TYPES = (torch.float32, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)
CASTS = options(first=one_of(*TYPES), then=one_of(*TYPES), factor=one_of(1, 60))


def cast(shape: Shape, *, first: torch.dtype, then: torch.dtype, factor: int) -> Function:
    # C leaves open what a float outside of an integer type's range becomes.
    limits = (0, 255) if first is torch.uint8 else (-128, 127)
    if first.is_floating_point and then is torch.uint8:
        limits = (0, 255)
    return lambda x: (x * factor).clamp(*limits).to(first).to(then).to(x.dtype)


def test_changes_of_type_equal_torch(check_generated) -> None:
    check_generated(CASTS, cast)


def test_type_of_another_tensor_equals_torch(check_functions) -> None:
    check_functions({"there and back": lambda x: x.type_as(x.long()).type_as(x)})


def test_half_precision_constant_is_refused(refusal) -> None:
    assert "torch.bfloat16 values are not carried" in refusal(lambda x: x * torch.ones(8, dtype=torch.bfloat16))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.complex64, torch.uint16])
def test_other_types_are_refused(refusal, dtype: torch.dtype) -> None:
    assert f"{dtype} values are not carried" in refusal(lambda x: x.to(dtype).float())
