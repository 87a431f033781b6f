import torch
from torch import nn
from torch.nn import functional as F


def with_statistics(norm: nn.Module) -> nn.Module:
    """Fill weights and running statistics with numbers that show when they are mixed up."""
    generator = torch.Generator().manual_seed(3)
    for tensor in [*norm.parameters(), *norm.buffers()]:
        if tensor.is_floating_point():
            tensor.data.uniform_(0.5, 2.0, generator=generator)
    return norm


class Sequences(nn.Module):
    """A norm on [N, C, H * W]."""

    def __init__(self, norm: nn.Module) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(images.flatten(2))


NORMS = {
    "batch norm": nn.BatchNorm2d(4, track_running_stats=False),
    "batch norm without weights": nn.BatchNorm2d(4, track_running_stats=False, affine=False, eps=0.1),
    "batch norm of sequences": Sequences(nn.BatchNorm1d(4, track_running_stats=False)),
    "instance norm": nn.InstanceNorm2d(4),
    "instance norm with weights": nn.InstanceNorm2d(4, affine=True, eps=1e-2),
    "instance norm of sequences": Sequences(nn.InstanceNorm1d(4, affine=True)),
    "instance norm with running statistics": nn.InstanceNorm2d(4, track_running_stats=True),
    "all of instance norm": nn.InstanceNorm2d(4, track_running_stats=True, affine=True, eps=0.1),
    "all of instance norm of sequences": Sequences(nn.InstanceNorm1d(4, track_running_stats=True, affine=True)),
}


def test_norms_with_statistics_of_the_images_equal_torch(check_functions) -> None:
    check_functions({name: with_statistics(norm) for name, norm in NORMS.items()})


def test_norm_with_computed_weights_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: F.instance_norm(x, weight=x.mean((0, 2, 3))), "computed from the input"),
            (lambda x: F.batch_norm(x, None, None, x.mean((0, 2, 3)), training=True), "computed from the input"),
        ]
    )
