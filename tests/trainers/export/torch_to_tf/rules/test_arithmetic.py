import pytest
import torch

PER_CHANNEL = torch.tensor([0.5, -1.0, 2.0, 3.0]).reshape(4, 1, 1)
PER_ROW = torch.linspace(-1, 1, 6).reshape(6, 1)
PER_COLUMN = torch.linspace(-2, 2, 8)
PER_IMAGE_ELEMENT = torch.linspace(-3, 3, 4 * 6 * 8).reshape(1, 4, 6, 8)

FUNCTIONS = {
    "add number": lambda x: x + 2,
    "add float number": lambda x: 0.25 + x,
    "add alpha": lambda x: torch.add(x, x * x, alpha=0.5),
    "subtract alpha": lambda x: torch.sub(x, PER_CHANNEL, alpha=3),
    "subtract from": lambda x: 1 - x,
    "rsub alpha": lambda x: torch.rsub(x, PER_ROW, alpha=2),
    "multiply": lambda x: x * x,
    "divide": lambda x: x / (x.abs() + 1),
    "divide number by": lambda x: 3 / (x.abs() + 1),
    "atan2": lambda x: torch.atan2(x, x * 2 + 1),
    "maximum": lambda x: torch.maximum(x, PER_CHANNEL),
    "minimum": lambda x: torch.minimum(x, -x),
    "max of two": lambda x: torch.max(x, x * x),
    "pow 2": lambda x: x**2,
    "pow 3": lambda x: x**3,
    "pow half": lambda x: x.abs() ** 0.5,
    "pow negative": lambda x: (x.abs() + 1) ** -1.5,
    "pow of number": lambda x: 2.0**x,
    "pow of tensors": lambda x: (x.abs() + 0.5) ** x,
    "clamp": lambda x: x.clamp(-1, 2),
    "clamp below only": lambda x: x.clamp(min=0),
    "clamp above only": lambda x: x.clamp(max=0.5),
    "clamp crossed": lambda x: x.clamp(2, -1),
    "clamp by tensors": lambda x: x.clamp(PER_COLUMN, PER_CHANNEL + 4),
    "clamp_min": lambda x: torch.clamp_min(x, 0.5),
    "clamp_max": lambda x: torch.clamp_max(x, 0.5),
    "lerp": lambda x: torch.lerp(x, x * x, 0.3),
    "addcmul": lambda x: torch.addcmul(x, x, PER_CHANNEL, value=0.5),
}
BROADCASTS = {
    "channel constant": lambda x: x + PER_CHANNEL,
    "row constant": lambda x: x + PER_ROW,
    "column constant": lambda x: x + PER_COLUMN,
    "whole image constant": lambda x: x + PER_IMAGE_ELEMENT,
    "scalar constant": lambda x: x + torch.tensor(0.5),
    "channel gate": lambda x: x * x.mean((2, 3), keepdim=True),
    "plain gate": lambda x: x * x.mean((2, 3))[:, :, None, None],
    "matrix over images": lambda x: x + x.mean((0, 1)),
    "vector over images": lambda x: x + x.mean((0, 1, 2)),
    "number over images": lambda x: x - x.mean(),
}
PROMOTIONS = {
    "integer plus float number": lambda x: x.long() + 0.5,
    "integer times integer": lambda x: x.long() * 3,
    "integer over integer": lambda x: x.long() / 4,
    "integer plus float": lambda x: x.int() + x,
    "boolean plus integer": lambda x: (x > 0) + x.long(),
    "boolean times float": lambda x: (x > 0) * x,
    "int32 plus int64": lambda x: x.int() + x.long() * 2**40,
    "integer clamped by float": lambda x: x.long().clamp(-0.5, 1.5),
    "integer clamped": lambda x: x.long().clamp(-1, 1),
    "integer constant": lambda x: x * torch.arange(8),
}


def test_arithmetic_equals_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_broadcasting_equals_torch(check_functions) -> None:
    check_functions(BROADCASTS)


def test_broadcasting_to_five_axes_equals_torch(check_module) -> None:
    class FiveAxes(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (x[:, None] + torch.arange(3.0).reshape(3, 1, 1, 1)) * x.mean((2, 3))[:, None, :, None, None]

    check_module(FiveAxes())


def test_type_promotion_equals_torch(check_functions) -> None:
    check_functions(PROMOTIONS)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: x.to(torch.uint8) + x.to(torch.uint8), "its result is torch.uint8"),
        (lambda x: x.long() ** 2, "its result is torch.int64"),
        (lambda x: x.half() + 1, "torch.float16 values are not carried"),
        (lambda x: x / x.shape[0], "depends on the batch size"),
    ],
)
def test_arithmetic_that_is_not_exact_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
