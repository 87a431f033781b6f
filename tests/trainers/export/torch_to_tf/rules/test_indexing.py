import pytest
import torch

FUNCTIONS = {
    "slice": lambda x: x[:, 1:3, ::2, -3:],
    "slice backwards bounds": lambda x: x[:, :, 1:-1, :-2],
    "slice past the end": lambda x: x[:, :, 2:100],
    "slice everything": lambda x: x[:],
    "narrow": lambda x: x.narrow(2, 1, 3),
    "select": lambda x: x[:, 1],
    "select last": lambda x: x[:, :, -1],
    "select twice": lambda x: x[:, 2, :, 3],
    "select column": lambda x: x[..., 0],
    "index_select": lambda x: x.index_select(1, torch.tensor([3, 0, 0])),
    "index": lambda x: x[:, torch.tensor([2, -1])],
    "index rows": lambda x: x[:, :, torch.tensor([[0, 5], [1, -2]])],
    "index two axes": lambda x: x[:, torch.tensor([0, 1]), torch.tensor([1, -2])],
    "index two axes, broadcast": lambda x: x[:, :, torch.tensor([[0], [-1]]), torch.tensor([1, 2, 0])],
    "index two axes of one extent": lambda x: x[:, :, :, :6][:, :, torch.tensor([0, -1]), torch.tensor([1, -2])],
    "index axes that are apart": lambda x: x[:, torch.tensor([0, 1]), :, torch.tensor([1, 2])].transpose(0, 1),
    "index by what is computed": lambda x: torch.linspace(0, 1, 9)[x.long().clamp(-9, 8)],
    "gather": lambda x: x.gather(3, x.abs().long().clamp(0, 7)),
    "gather fewer": lambda x: x.gather(2, x.abs().long().clamp(0, 5)[:, :, :2]),
    "window": lambda x: x.unfold(2, 3, 2),
    "patches": lambda x: torch.nn.functional.unfold(x, (3, 2), dilation=(1, 2), padding=1, stride=2),
    "embedding": lambda x: torch.nn.functional.embedding(x.abs().long(), torch.linspace(0, 1, 60).reshape(20, 3)),
}


def test_indexing_equals_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x[0], "batch axis"),
        (lambda x: x[1:], "some batch sizes only"),
        (lambda x: x[torch.tensor([0, 0])], "indexes the batch axis"),
        (lambda x: x.gather(3, x[:, :2].argsort(3)), "`index` is shorter along the axes [1]"),
    ],
)
def test_indexing_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
