import pytest
import torch
from drawn_options import Function, Shape, at_rank, one_of, options, shapes, table
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F
from torchvision.ops import FrozenBatchNorm2d

EPS = one_of(1e-5, 1e-3, 0.1)
FLAGS = st.booleans()
RANKS = one_of(2, 3, 4, 5)
NORMS = st.one_of(
    options(name=one_of("batch"), rank=RANKS, eps=EPS, affine=FLAGS),
    options(name=one_of("layer"), rank=RANKS, axes=st.integers(1, 4), eps=EPS, elementwise_affine=FLAGS, bias=FLAGS),
    options(name=one_of("rms"), rank=RANKS, axes=st.integers(1, 4), eps=st.none() | EPS, elementwise_affine=FLAGS),
    options(name=one_of("group"), rank=RANKS, groups=one_of(1, 2, 3, 4), eps=EPS, affine=FLAGS),
    options(name=one_of("instance"), rank=one_of(3, 4, 5), eps=EPS, affine=FLAGS),
)
LENGTHS = options(rank=RANKS, p=one_of(1, 2, 3.5, float("inf")), dim=st.integers(-4, 4).filter(bool), eps=EPS)
KINDS = {
    "batch": (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d),
    "instance": (None, nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d),
}


def with_statistics(norm: nn.Module) -> nn.Module:
    """Fill weights and running statistics with numbers that show when they are mixed up."""
    generator = torch.Generator().manual_seed(3)
    for name, tensor in [*norm.named_parameters(), *norm.named_buffers()]:
        if tensor.is_floating_point():
            low = 0.5 if "var" in name or "weight" in name else -1.0
            tensor.data.uniform_(low, 2.0, generator=generator)
    return norm.eval()


class AtRank(nn.Module):
    """A norm of images, or of what they become as batches of vectors, of sequences, of volumes."""

    def __init__(self, norm: nn.Module, rank: int) -> None:
        super().__init__()
        self.norm, self.rank = norm, rank

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.norm(at_rank(images, self.rank))


def norm(shape: Shape, *, name: str, rank: int, axes: int = 0, groups: int = 0, **others: object) -> Function:
    extents = at_rank(torch.zeros(1, *shape), rank).shape
    if name in KINDS:
        module = KINDS[name][rank - 2](extents[1], **others)
    elif name == "group":
        module = nn.GroupNorm(groups, extents[1], **others)
    else:
        kind = nn.LayerNorm if name == "layer" else nn.RMSNorm
        module = kind(extents[max(1, rank - axes) :], **others)
    return AtRank(with_statistics(module), rank)


def length(shape: Shape, *, rank: int, **others: object) -> Function:
    return lambda x: F.normalize(at_rank(x, rank), **others)


NORMS_CASES = {
    (2, 6, 4): [
        {"name": "layer", "rank": 2, "axes": 1, "eps": 0.001, "elementwise_affine": False, "bias": True},
        {"name": "rms", "rank": 4, "axes": 2, "eps": 1e-05, "elementwise_affine": True},
        {"name": "group", "rank": 3, "groups": 2, "eps": 0.1, "affine": False},
        {"name": "instance", "rank": 5, "eps": 0.1, "affine": True},
        {"name": "rms", "rank": 2, "axes": 3, "eps": None, "elementwise_affine": True},
        {"name": "layer", "rank": 3, "axes": 4, "eps": 0.001, "elementwise_affine": False, "bias": False},
        {"name": "batch", "rank": 2, "eps": 1e-05, "affine": False},
        {"name": "group", "rank": 2, "groups": 1, "eps": 1e-05, "affine": False},
        {"name": "group", "rank": 2, "groups": 4, "eps": 0.1, "affine": False},
        {"name": "group", "rank": 2, "groups": 3, "eps": 0.1, "affine": False},
        {"name": "layer", "rank": 5, "axes": 2, "eps": 0.1, "elementwise_affine": True, "bias": True},
        {"name": "rms", "rank": 3, "axes": 1, "eps": 0.1, "elementwise_affine": False},
        {"name": "batch", "rank": 5, "eps": 0.001, "affine": True},
        {"name": "instance", "rank": 4, "eps": 1e-05, "affine": False},
        {"name": "layer", "rank": 2, "axes": 3, "eps": 1e-05, "elementwise_affine": False, "bias": False},
        {"name": "group", "rank": 4, "groups": 2, "eps": 0.001, "affine": True},
        {"name": "rms", "rank": 3, "axes": 4, "eps": 0.001, "elementwise_affine": False},
        {"name": "instance", "rank": 4, "eps": 0.001, "affine": True},
        {"name": "batch", "rank": 4, "eps": 0.1, "affine": False},
    ],
    (1, 1, 5): [
        {"name": "layer", "rank": 2, "axes": 1, "eps": 0.001, "elementwise_affine": False, "bias": True},
        {"name": "rms", "rank": 4, "axes": 2, "eps": 1e-05, "elementwise_affine": True},
        {"name": "group", "rank": 5, "groups": 1, "eps": 0.1, "affine": False},
        {"name": "instance", "rank": 3, "eps": 0.1, "affine": True},
        {"name": "rms", "rank": 2, "axes": 3, "eps": None, "elementwise_affine": True},
    ],
}


def test_norms_equal_torch(check_options) -> None:
    check_options(NORMS, norm, shapes=shapes([1, 2, 4, 6], 1, 7), cases=NORMS_CASES)


def test_other_norms_equal_torch(check_functions) -> None:
    check_functions(
        {
            "local response norm": nn.LocalResponseNorm(3, alpha=0.5),
            "local response norm, even": nn.LocalResponseNorm(2, alpha=0.1, beta=0.5, k=2.0),
            "local response norm, wide": nn.LocalResponseNorm(9, beta=2.0),
            "local response norm of sequences": AtRank(nn.LocalResponseNorm(5), 3),
            "frozen batch norm": FrozenBatchNorm2d(4),
            "weight norm": nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 3, 3)),
            "spectral norm": nn.utils.parametrizations.spectral_norm(nn.Conv2d(4, 3, 3)),
        }
    )


DIVISION_BY_THE_LENGTH_CASES = {
    (2, 8, 3): table(
        "rank p dim eps",
        (5, float("inf"), 3, 0.1),
        (3, 2, -3, 0.001),
        (4, 1, -2, 1e-05),
        (2, 3.5, -1, 0.1),
        (4, float("inf"), 1, 1e-05),
        (5, float("inf"), 2, 1e-05),
        (5, 3.5, 4, 1e-05),
        (4, 2, -4, 0.1),
    ),
    (1, 5, 1): table(
        "rank p dim eps",
        (5, float("inf"), 3, 0.1),
        (3, 2, -3, 0.001),
        (4, 1, -2, 1e-05),
        (2, 3.5, -1, 0.1),
        (4, float("inf"), 1, 1e-05),
    ),
}


def test_division_by_the_length_equals_torch(check_options) -> None:
    check_options(LENGTHS, length, cases=DIVISION_BY_THE_LENGTH_CASES)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.layer_norm(x, [8], weight=x.mean((0, 1, 2))), "native_layer_norm"),
    ],
)
def test_norm_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
