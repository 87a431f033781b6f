import torch


def test_softmax_equals_torch_along_every_axis(check_functions) -> None:
    axes = (-1, 0, 1, 2, 3)
    softmax = {f"softmax {axis}": lambda x, axis=axis: torch.softmax(x, axis) for axis in axes}
    log_softmax = {f"log_softmax {axis}": lambda x, axis=axis: torch.log_softmax(x, axis) for axis in axes}
    check_functions(softmax | log_softmax)


def test_softmax_that_changes_the_type_equals_torch(check_functions) -> None:
    check_functions({"to double": lambda x: torch.softmax(x, 1, dtype=torch.float64)})
