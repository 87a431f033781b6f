import torch
from torch import nn


class ComputedWeights(nn.Module):
    """Standardises its kernel in forward(), adds a table and a mask that torch can compute beforehand."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, padding=1)
        self.register_buffer("table", torch.linspace(-1, 1, 2000), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        kernel = self.conv.weight
        kernel = (kernel - kernel.mean((1, 2, 3), keepdim=True)) / kernel.std((1, 2, 3), keepdim=True)
        images = nn.functional.conv2d(images, kernel, self.conv.bias, padding=1)
        mask = images.new_zeros(6, 8)
        mask[2:4] = 1
        return images * mask + self.table[torch.arange(8) * 3] + self.table.mean()


def test_what_does_not_depend_on_the_images_is_computed_beforehand(check_module) -> None:
    mapped = check_module(ComputedWeights())
    assert len(mapped.trainable_variables) == 2
    assert "conv.bias" in mapped.weights


def test_constants_of_one_name_are_kept_apart(check_module) -> None:
    class SameNames(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            # torch.export calls the node of table.mean(0) `mean` too.
            self.mean = nn.Parameter(torch.linspace(-1, 1, 8))
            self.table = nn.Parameter(torch.linspace(3, 9, 16).reshape(2, 8))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images * self.mean + self.table.mean(0)

    check_module(SameNames())


def test_one_constant_with_two_uses_is_right_in_both(check_module) -> None:
    class TwoUses(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("index", torch.tensor([-1, 0]))
            self.kernel = nn.Parameter(torch.linspace(-1, 1, 8 * 9).reshape(8, 1, 3, 3))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            picked = images[:, :, self.index][..., self.index]
            twice = nn.functional.conv2d(images, self.kernel, groups=4)
            again = nn.functional.conv2d(twice, self.kernel, groups=8)
            return torch.cat([picked.flatten(1), again.flatten(1)], 1)

    check_module(TwoUses())


def test_large_tensor_that_is_not_trained_is_a_variable_and_a_small_one_is_not(check_module) -> None:
    class Tables(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("large", torch.linspace(-1, 1, 4 * 6 * 20 * 8).reshape(20, 4, 6, 8))
            self.register_buffer("small", torch.linspace(-1, 1, 8))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.unsqueeze(1) + self.large + self.small

    mapped = check_module(Tables())
    assert [set(mapped.weights), mapped.trainable_variables] == [{"large"}, ()]
