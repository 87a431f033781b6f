import pytest
import torch
from torch import nn

SHAPE = (4, 6, 8)


def calibrated(model: nn.Module) -> nn.Module:
    generator = torch.Generator().manual_seed(5)
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if tensor.dim() == 1:
            low = 0.5 if name.endswith(("weight", "var")) else -1.0
            tensor.data.uniform_(low, 2.0, generator=generator)
    return model


@pytest.mark.parametrize(
    ("layers", "num_variables"),
    [
        pytest.param([nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6)], 2, id="without bias"),
        pytest.param([nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6, affine=False)], 2, id="without affine weights"),
        pytest.param([nn.Conv2d(4, 8, 3, groups=4), nn.BatchNorm2d(8)], 2, id="depthwise"),
        pytest.param([nn.Flatten(), nn.Linear(192, 5), nn.BatchNorm1d(5)], 2, id="linear"),
        pytest.param([nn.Conv2d(4, 6, 3), nn.ReLU(), nn.BatchNorm2d(6)], 4, id="not next to it"),
        pytest.param([nn.Linear(8, 6), nn.BatchNorm2d(4)], 4, id="another axis"),
    ],
)
def test_batch_norm_after_a_layer_equals_torch(check_module, layers: list[nn.Module], num_variables: int) -> None:
    mapped = check_module(calibrated(nn.Sequential(*layers)), SHAPE)
    assert len(mapped.variables) == num_variables


def test_shared_convolution_is_folded_into_each_of_its_batch_norms(check_module) -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(4, 4, 3, padding=1)
            self.norms = nn.ModuleList([nn.BatchNorm2d(4), nn.BatchNorm2d(4)])

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            for norm in self.norms:
                images = norm(self.conv(images))
            return images

    mapped = check_module(calibrated(Shared()), SHAPE)
    assert set(mapped.weights) == {"conv.weight/HWIO", "conv.bias", "conv.weight/HWIO_2", "conv.bias_2"}


def test_convolution_with_a_second_reader_keeps_its_weights(check_module) -> None:
    class TwoReaders(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            features = self.conv(images)
            return features + self.norm(features)

    assert set(check_module(calibrated(TwoReaders()), SHAPE).weights) >= {"conv.weight/HWIO", "conv.bias"}
