import torch


def whole(x: torch.Tensor) -> torch.Tensor:
    return (x * 2).long()


FUNCTIONS = {
    "2": lambda x: x**2,
    "3": lambda x: x**3,
    "half": lambda x: x.abs() ** 0.5,
    "0": lambda x: x**0,
    "-1": lambda x: (x.abs() + 0.1) ** -1,
    "negative": lambda x: (x.abs() + 1) ** -1.5,
    "of a number": lambda x: 2.0**x,
    "of tensors": lambda x: (x.abs() + 0.5) ** x,
    "by whole numbers": lambda x: (x.abs() + 0.5) ** whole(x),
    "of whole numbers by 2": lambda x: whole(x) ** 2,
    "of whole numbers by 3": lambda x: whole(x).int() ** 3,
    "of whole numbers by 0": lambda x: whole(x) ** 0,
    "of whole numbers by a fraction": lambda x: whole(x).abs() ** 1.5,
    "of whole numbers by whole numbers": lambda x: whole(x) ** whole(x.flip(3)).clamp(-3, 4).where(whole(x) != 0, 1),
    "of a whole number": lambda x: 2 ** whole(x).abs(),
}


def test_powers_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)
