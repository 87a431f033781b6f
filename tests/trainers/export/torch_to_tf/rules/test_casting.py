import torch
from drawn_options import Function, Shape, one_of, options, table

TYPES = (torch.float32, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)
CASTS = options(first=one_of(*TYPES), then=one_of(*TYPES), factor=one_of(1, 60))


def cast(shape: Shape, *, first: torch.dtype, then: torch.dtype, factor: int) -> Function:
    # C leaves open what a float outside of an integer type's range becomes.
    limits = (0, 255) if first is torch.uint8 else (-128, 127)
    if first.is_floating_point and then is torch.uint8:
        limits = (0, 255)
    return lambda x: (x * factor).clamp(*limits).to(first).to(then).to(x.dtype)


CHANGES_OF_TYPE_CASES = {
    (2, 8, 3): table(
        "first then factor",
        (torch.float32, torch.float32, 1),
        (torch.bool, torch.bool, 60),
        (torch.int64, torch.int64, 1),
        (torch.float64, torch.int16, 1),
        (torch.int8, torch.int32, 1),
        (torch.uint8, torch.int8, 60),
        (torch.int32, torch.float64, 1),
        (torch.int16, torch.uint8, 1),
    ),
    (1, 5, 1): table(
        "first then factor",
        (torch.float32, torch.float32, 1),
        (torch.bool, torch.bool, 60),
        (torch.int64, torch.int64, 1),
        (torch.float64, torch.int16, 1),
        (torch.int8, torch.int32, 1),
    ),
}


def test_changes_of_type_equal_torch(check_options) -> None:
    check_options(CASTS, cast, cases=CHANGES_OF_TYPE_CASES)


def test_type_of_another_tensor_equals_torch(check_functions) -> None:
    check_functions({"there and back": lambda x: x.type_as(x.long()).type_as(x)})


def test_half_precision_constant_is_refused(refusal) -> None:
    assert "torch.bfloat16 values are not carried" in refusal(lambda x: x * torch.ones(8, dtype=torch.bfloat16))


def test_other_types_are_refused(check_refused) -> None:
    types = (torch.bfloat16, torch.float16, torch.complex64, torch.uint16)
    check_refused([(lambda x, dtype=dtype: x.to(dtype).float(), f"{dtype} values are not carried") for dtype in types])
