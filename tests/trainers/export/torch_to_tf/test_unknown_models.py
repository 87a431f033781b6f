"""Models as people write them, with the habits that no library model has."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations, prune

pytestmark = pytest.mark.slow

SHAPE = (3, 16, 16)


class Tutorial(nn.Module):
    """Flattens by numbers written out, and looks at its images on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 5)
        self.linear = nn.Linear(6 * 6 * 6, 10)

    def forward(self, x: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
        assert x.dim() == 4 and x.shape[1] == 3
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return F.log_softmax(self.linear(F.dropout(x.view(-1, 6 * 6 * 6), training=self.training)) * scale, dim=1)


class Coordinates(nn.Module):
    """Makes a grid of coordinates in forward()."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(7, 8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, _, height, width = x.size()
        rows, columns = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
        grid = torch.stack([rows, columns]).unsqueeze(0).expand(batch, -1, -1, -1)
        steps = (torch.arange(width).repeat(2, height, 1).float() / (width - 1)).repeat(batch, 1, 1, 1).type_as(x)
        return self.conv(torch.cat([x, grid, steps], 1))


class Involution(nn.Module):
    """Computes a kernel for every place; unfold indexes two axes of one extent."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Conv2d(3, 9, 1)
        self.unfold = nn.Unfold(3, 1, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        patches = self.unfold(x).view(x.shape[0], 3, 9, *x.shape[-2:])
        return (self.kernel(x).unsqueeze(1) * patches).sum(2)


class InPlace(nn.Module):
    """Changes what it was given, by slices, and writes results into an empty tensor."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.clone()
        x[:, 0] = x[:, 0] * 0.5 + 0.1
        x[:, 1:] += x[:, :1]
        x[:, :, 0, :] = 0
        result = torch.zeros(x.size(0), 2, 16, 16, dtype=x.dtype, device=x.device)
        for index in range(2):
            result[:, index : index + 1] = x[:, index : index + 2].mean(1, keepdim=True)
        return result


class Tokens(nn.Module):
    """Joins class tokens, of which there may be none, to patches with a position table made for another size."""

    def __init__(self, prefix_tokens: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 4, 4)
        self.prefix = nn.Parameter(torch.randn(1, prefix_tokens, 16))
        self.positions = nn.Parameter(torch.randn(1, 49, 16))
        layer = nn.TransformerEncoderLayer(16, 2, 32, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x)
        table = self.positions.reshape(1, 7, 7, 16).permute(0, 3, 1, 2)
        table = F.interpolate(table, size=x.shape[-2:], mode="bicubic").flatten(2)
        tokens = torch.cat((self.prefix.expand(x.shape[0], -1, -1), (x.flatten(2) + table).transpose(1, 2)), 1)
        return self.encoder(tokens).mean(1)


class Experts(nn.Module):
    """Chooses two of its experts for each image."""

    def __init__(self) -> None:
        super().__init__()
        self.experts = nn.ModuleList(nn.Linear(3, 5) for _ in range(4))
        self.gate = nn.Linear(3, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.mean([-1, -2])
        scores, chosen = self.gate(x).topk(2, dim=-1)
        answers = torch.stack([expert(x) for expert in self.experts], dim=1)
        answers = answers.gather(1, chosen.unsqueeze(-1).expand(-1, -1, 5))
        return (answers * scores.softmax(-1)[..., None]).sum(1)


def hooked() -> nn.Module:
    model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU())
    model[0].register_forward_hook(lambda module, images, result: result * 2)
    return model


def reparametrised() -> nn.Module:
    convolutions = [
        parametrizations.weight_norm(nn.Conv2d(3, 6, 3)),
        parametrizations.spectral_norm(nn.Conv2d(6, 6, 3)),
    ]
    prune.l1_unstructured(convolutions[1], "bias", amount=0.5)
    return nn.Sequential(*convolutions)


# Pruning sets its masked weight as a plain attribute in forward().
@pytest.mark.filterwarnings("ignore:The tensor attribute:UserWarning")
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(Involution, id="involution"),
        pytest.param(InPlace, id="in place"),
        pytest.param(lambda: Tokens(0), id="no token"),
        pytest.param(reparametrised, id="parametrised"),
        pytest.param(Tutorial, id="tutorial", marks=pytest.mark.nightly),
        pytest.param(Coordinates, id="coordinates", marks=pytest.mark.nightly),
        pytest.param(lambda: Tokens(1), id="tokens", marks=pytest.mark.nightly),
        pytest.param(Experts, id="experts", marks=pytest.mark.nightly),
        pytest.param(hooked, id="hooks", marks=pytest.mark.nightly),
    ],
)
def test_model_as_people_write_it_equals_torch(check_module, model) -> None:
    torch.manual_seed(0)
    check_module(model(), SHAPE)
