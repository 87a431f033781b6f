import pytest
import torch

FUNCTIONS = {
    **{f"cat {axis}": lambda x, axis=axis: torch.cat([x, x * 2, x], axis).reshape(x.shape[0], -1) for axis in range(4)},
    "cat negative axis": lambda x: torch.cat([x, x], -3),
    "cat with a constant": lambda x: torch.cat([x.mean(0, keepdim=True), torch.ones(1, 2, 6, 8)], 1) + x[:, :1],
    "cat of two types": lambda x: torch.cat([x, x.long()], 1),
    "cat of vectors": lambda x: torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1),
    "cat with empty parts": lambda x: torch.cat([x[:, :0], x, x[:, 4:] * 2, torch.zeros(x.shape[0], 0, 6, 8)], 1),
    "cat with an empty vector": lambda x: torch.cat([torch.zeros(0), x], 1),
    "stack": lambda x: torch.stack([x, x * 2], 1),
    "stack last": lambda x: torch.stack([x, x * 2], -1),
    "split": lambda x: x.split(3, 2)[1] * 2,
    "split sizes": lambda x: x.split([1, 3], 1)[1],
    "chunk": lambda x: torch.cat([part * index for index, part in enumerate(x.chunk(3, -1))], -1),
    "chunk channels": lambda x: x.chunk(2, 1)[0] - x.chunk(2, 1)[1],
    "unbind": lambda x: x.unbind(1)[2] + x.unbind(1)[0],
    "tensor_split": lambda x: x.tensor_split(3, 3)[1],
}


def test_joining_and_splitting_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


@pytest.mark.parametrize("function", [lambda x: x.split(1, 0)[0], lambda x: x.unbind(0)[0]])
def test_splitting_the_batch_is_refused(refusal, function) -> None:
    assert refusal(function)
