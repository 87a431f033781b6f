import itertools

import pytest
import torch
from torch.nn import functional as F

CHOICES = itertools.product(["bilinear", "nearest", "bicubic"], ["zeros", "border", "reflection"], [True, False])
SAMPLING = {
    f"{mode}, {padding}, {corners}": lambda x, mode=mode, padding=padding, corners=corners: F.grid_sample(
        x, x[:, :2].permute(0, 2, 3, 1) * 0.7, mode, padding, corners
    )
    for mode, padding, corners in CHOICES
}
TRANSFORMERS = {
    f"corners {corners}": lambda x, corners=corners: F.grid_sample(
        x, F.affine_grid(x.mean(3)[:, :2, :3], [x.shape[0], 4, 5, 7], corners), align_corners=corners
    )
    for corners in (True, False)
}
GRID = torch.linspace(-1.2, 1.2, 60).reshape(1, 5, 6, 2)


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_sampling_with_every_padding_equals_torch(check_functions, mode: str) -> None:
    check_functions({name: function for name, function in SAMPLING.items() if name.startswith(mode)})


def test_spatial_transformers_equal_torch(check_functions) -> None:
    check_functions(TRANSFORMERS)


def test_sampling_at_fixed_places_equals_torch(check_functions) -> None:
    check_functions(
        {"fixed": lambda x: F.grid_sample(x, GRID.expand(x.shape[0], -1, -1, -1), align_corners=False)}, shape=(3, 5, 1)
    )


def test_sampling_of_volumes_is_refused(refusal) -> None:
    places = torch.zeros(1, 1, 2, 2, 3)
    assert "grid_sampler_3d" in refusal(
        lambda x: F.grid_sample(x[:, None], places.expand(x.shape[0], -1, -1, -1, -1), align_corners=False)
    )
