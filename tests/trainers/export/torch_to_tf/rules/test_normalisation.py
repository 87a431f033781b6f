import pytest
import torch
from torch import nn
from torch.nn import functional as F


def with_statistics(norm: nn.Module) -> nn.Module:
    """Fill weights and running statistics with numbers that show when they are mixed up."""
    generator = torch.Generator().manual_seed(3)
    for name, tensor in [*norm.named_parameters(), *norm.named_buffers()]:
        if tensor.is_floating_point():
            low = 0.5 if "var" in name or "weight" in name else -1.0
            tensor.data.uniform_(low, 2.0, generator=generator)
    return norm


class Flattened(nn.Module):
    """A norm on [N, C, H * W] or [N, C * H * W]."""

    def __init__(self, norm: nn.Module, start: int) -> None:
        super().__init__()
        self.norm, self.start = norm, start

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(images.flatten(self.start))


NORMS = {
    "batch norm": nn.BatchNorm2d(4),
    "batch norm eps": nn.BatchNorm2d(4, eps=0.1),
    "batch norm without weights": nn.BatchNorm2d(4, affine=False),
    "batch norm of sequences": Flattened(nn.BatchNorm1d(4), 2),
    "batch norm of vectors": Flattened(nn.BatchNorm1d(4 * 6 * 8), 1),
    "layer norm": nn.LayerNorm(8),
    "layer norm of images": nn.LayerNorm((4, 6, 8), eps=1e-3),
    "layer norm without bias": nn.LayerNorm((6, 8), bias=False),
    "layer norm without weights": nn.LayerNorm(8, elementwise_affine=False),
    "group norm": nn.GroupNorm(2, 4),
    "group norm without weights": nn.GroupNorm(4, 4, affine=False),
    "group norm of sequences": Flattened(nn.GroupNorm(2, 4), 2),
    "group norm of vectors": Flattened(nn.GroupNorm(3, 4 * 6 * 8), 1),
    "instance norm": nn.InstanceNorm2d(4),
    "instance norm with weights": nn.InstanceNorm2d(4, affine=True, eps=1e-2),
    "instance norm of sequences": Flattened(nn.InstanceNorm1d(4, affine=True), 2),
    "rms norm": nn.RMSNorm(8),
    "l2 normalisation": lambda x: F.normalize(x, dim=1),
}


def test_norms_equal_torch(check_functions) -> None:
    check_functions(
        {name: with_statistics(norm) if isinstance(norm, nn.Module) else norm for name, norm in NORMS.items()}
    )


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (nn.BatchNorm2d(4, track_running_stats=False), "no_stats"),
        (nn.InstanceNorm2d(4, track_running_stats=True), "computed from the input"),
        (lambda x: F.layer_norm(x, [8], weight=x.mean((0, 1, 2))), "native_layer_norm"),
    ],
)
def test_norm_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
