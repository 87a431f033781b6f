import pytest
import torch


def assign(index: object, value: object) -> object:
    def function(x: torch.Tensor) -> torch.Tensor:
        changed = x.clone()
        changed[index] = value(x) if callable(value) else value
        return changed

    return function


EVERYTHING = slice(None)
FUNCTIONS = {
    "a channel by a number": assign((EVERYTHING, 1), 0.5),
    "the last row by a tensor": assign((EVERYTHING, EVERYTHING, -1), lambda x: x[:, :, 0] * 2),
    "channels by a tensor": assign((EVERYTHING, slice(1, 3)), lambda x: x[:, :2] + 1),
    "slice_scatter": lambda x: torch.slice_scatter(x, x[:, :, :2] * 2, 2, 3, 5),
    "slice_scatter to the end": lambda x: torch.slice_scatter(x, x[..., :2], 3, -2),
    "select_scatter": lambda x: torch.select_scatter(x, x[:, 0] * 3, 1, -1),
}


def test_assignments_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: torch.slice_scatter(x, x[:, ::2], 1, 0, 4, 2), "`step=2` is not carried"),
        (lambda x: torch.zeros_like(x).scatter(3, torch.zeros_like(x).long(), x), "no rule"),
    ],
)
def test_assignment_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
