import torch

FUNCTIONS = {
    "where": lambda x: torch.where(x > 0, x, x * 2),
    "where numbers": lambda x: torch.where(x > 0, 1.0, x),
    "where constant mask": lambda x: torch.where(torch.arange(8) > 3, x, -x),
    "where channel": lambda x: torch.where(x > 0, torch.tensor([1.0, 2, 3, 4]).reshape(4, 1, 1), x),
    "masked_fill": lambda x: x.masked_fill(x > 1, 0.5),
    "masked_fill rows": lambda x: x.masked_fill(torch.arange(6).reshape(6, 1) > 2, float(7)),
    "masked_fill by tensor": lambda x: x.masked_fill(x < 0, torch.tensor(2.0)),
}


def test_choices_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)
