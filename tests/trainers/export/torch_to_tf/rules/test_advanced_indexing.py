import torch
from torch.nn import functional as F

EVERYTHING = slice(None)
STRIPES = torch.arange(48).reshape(6, 8) % 3 == 0


def assign(index: object, value: object) -> object:
    def function(x: torch.Tensor) -> torch.Tensor:
        changed = x.clone()
        changed[index(x) if callable(index) else index] = value(x) if callable(value) else value
        return changed

    return function


def position(x: torch.Tensor, count: int) -> torch.Tensor:
    return (x.abs() * 7).long() % count


def each(x: torch.Tensor) -> torch.Tensor:
    return torch.arange(x.shape[0])


READING = {
    "one axis": lambda x: x[:, torch.tensor([2, -1])],
    "a matrix of rows": lambda x: x[:, :, torch.tensor([[0, 5], [1, -2]])],
    "two axes": lambda x: x[:, torch.tensor([0, 1]), torch.tensor([1, -2])],
    "two axes, broadcast": lambda x: x[:, :, torch.tensor([[0], [-1]]), torch.tensor([1, 2, 0])],
    "axes that are apart": lambda x: x[:, torch.tensor([0, 1]), :, torch.tensor([1, 2])].transpose(0, 1),
    "by what is computed": lambda x: torch.linspace(0, 1, 9)[x.long().clamp(-9, 8)],
    "a row of each image": lambda x: x[each(x), position(x[:, 0, 0, 0], 4)],
    "some rows of each image": lambda x: x[each(x)[:, None], position(x[:, 0, 0, :3], 4) - 4],
}
WRITING = {
    "a number": assign((EVERYTHING, torch.tensor([0, -2])), 1.5),
    "a tensor": assign((EVERYTHING, torch.tensor([0, 2])), lambda x: x[:, :2] * 2),
    "along two axes": assign((EVERYTHING, [0, 2], [1, 3]), lambda x: x[:, 0, :2]),
    "axes that are apart": assign((EVERYTHING, [0, 2], EVERYTHING, [1, 3]), lambda x: x[:, 0, :, 0]),
    "a fixed mask": assign((EVERYTHING, torch.tensor([True, False, True, False])), 0.0),
    "a fixed mask of pixels": assign((EVERYTHING, EVERYTHING, STRIPES), 2.0),
    "a fixed mask, many values": assign((EVERYTHING, EVERYTHING, STRIPES), lambda x: x[:, :, :2].flatten(2)),
    "a computed mask": assign(lambda x: x > 1, 0.0),
    "a computed mask of channels": assign(lambda x: x.mean((2, 3)) > 0, 7.0),
    "a computed mask of channels, one row": assign(lambda x: x.mean((2, 3)) > 0, torch.arange(8.0)),
    "a pixel of each image": assign(lambda x: (each(x)[:, None], position(x[:, :2, 0, 0], 4)), 1.0),
    "sums": lambda x: torch.index_put(x, (each(x)[:, None], torch.tensor([[1, 1]])), x[:, :2], accumulate=True),
    "index_add": lambda x: x.index_add(2, torch.tensor([0, 3, 0]), x[:, :, :3], alpha=2),
    "index_copy": lambda x: x.index_copy(3, torch.tensor([5, 3]), x[..., :2]),
    "index_fill": lambda x: x.index_fill(1, torch.tensor([1, 3]), 2.0),
}
FOLDING = {
    "fold": lambda x: F.fold(x.flatten(2).reshape(x.shape[0], 16, 12), (4, 5), 2),
    "overlapping windows": lambda x: F.fold(F.unfold(x, 3, padding=1, stride=2), (6, 8), 3, padding=1, stride=2),
    "all options": lambda x: F.fold(
        F.unfold(x, (2, 3), (2, 1), (1, 0), (1, 2)), (6, 8), (2, 3), (2, 1), (1, 0), (1, 2)
    ),
}


def test_reading_at_positions_equals_torch(check_functions) -> None:
    check_functions(READING)


def test_writing_at_positions_equals_torch(check_functions) -> None:
    check_functions(WRITING)


def test_folding_of_windows_equals_torch(check_functions) -> None:
    check_functions(FOLDING)


def test_fixed_positions_along_axes_of_one_size_are_not_mixed_up(check_functions) -> None:
    rows, columns = torch.tensor([0, 1, 2]), torch.tensor([5, 3, -1])
    check_functions({"diagonal": lambda x: x[:, :, rows, columns]}, shape=(4, 6, 6))


def test_indexing_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x[torch.tensor([0, 0])], "indexes the batch axis"),
            (lambda x: x[x > 0].sum() + x, "a boolean mask"),
            (lambda x: x[:, torch.tensor([True, False, True, True])], "a boolean mask"),
            (assign(lambda x: x[:, 0, 0, 0] > 0, lambda x: x), "depends on a computed mask"),
        ]
    )
