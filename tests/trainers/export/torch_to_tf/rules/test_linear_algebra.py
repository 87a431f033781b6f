import torch
from torch import nn

MATRIX = torch.linspace(-1, 1, 24).reshape(8, 3)
BATCH = torch.linspace(-1, 1, 4 * 6 * 6).reshape(4, 6, 6)

FUNCTIONS = {
    "linear of images": nn.Linear(8, 5),
    "linear without bias": nn.Linear(8, 5, bias=False),
    "linear of vectors": nn.Sequential(nn.Flatten(), nn.Linear(192, 3)),
    "linear of a computed weight": lambda x: torch.nn.functional.linear(x, x.mean((0, 1))),
    "by its transpose": lambda x: x @ x.transpose(2, 3),
    "by a constant": lambda x: x @ MATRIX,
    "constant by": lambda x: BATCH @ x,
    "broadcast": lambda x: x[:, :1] @ (x.transpose(2, 3) * 2),
    "bmm": lambda x: torch.bmm(x[:, 0], x[:, 1].transpose(1, 2)),
    "mm": lambda x: torch.mm(x[:, 0, 0], MATRIX),
    "addmm": lambda x: torch.addmm(torch.ones(3), x[:, 0, 0], MATRIX, beta=0.5, alpha=2),
    "addmm beta 0": lambda x: torch.addmm(torch.full((3,), float("nan")), x[:, 0, 0], MATRIX, beta=0),
    "baddbmm": lambda x: torch.baddbmm(x[:, 0, :, :6], x[:, 0], x[:, 1].transpose(1, 2), beta=-1, alpha=0.5),
    "einsum": lambda x: torch.einsum("nchw,cd->ndhw", x, torch.linspace(-1, 1, 12).reshape(4, 3)),
    "matrix by vector": lambda x: x @ torch.linspace(-1, 1, 8),
}


def test_products_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_product_of_integers_is_refused(refusal) -> None:
    assert "holds integers" in refusal(lambda x: x.long() @ torch.ones(8, 3, dtype=torch.long))
