import torch


def whole(x: torch.Tensor) -> torch.Tensor:
    return (x * 5).long()


FUNCTIONS = {
    "and": lambda x: whole(x) & whole(x.flip(3)),
    "or a number": lambda x: whole(x).int() | 6,
    "a number xor": lambda x: 5 ^ whole(x),
    "not": lambda x: ~whole(x),
    "not of bytes": lambda x: ~whole(x).abs().to(torch.uint8),
    "shift left": lambda x: whole(x) << 2,
    "shift right": lambda x: whole(x) >> 1,
    "of booleans": lambda x: ((x > 0) & (x < 1)) | ~(x > 2) ^ (x > 1),
}


def test_operations_on_bits_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_shift_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: whole(x) << 64, "a number from 0 to 63"),
            (lambda x: whole(x) << whole(x).abs(), "no rule"),
        ]
    )
