"""Operations on levels of 0 (black) to 1 (white), float32 [G, C, H, W], in PyTorch.

The kernels are torchvision's. Its functions take one strength for all images of a batch; here each image has its own,
so blends start from what torchvision makes at strength 0.
"""

from collections.abc import Callable

import torch
from torch.nn.functional import affine_grid, grid_sample
from torchvision.transforms.v2 import functional

from trainers.augmentation.draw import OperationGroup, OperationKind
from trainers.normalization import WHITE_LEVEL

_BITS = 8


def apply_operation(levels_GCHW: torch.Tensor, group: OperationGroup) -> torch.Tensor:
    """Return what an operation makes of the images of its group."""
    return _OPERATIONS[group.kind](levels_GCHW, torch.from_numpy(group.amounts).to(levels_GCHW.device))


def _affine(levels_GCHW: torch.Tensor, matrices_G6: torch.Tensor) -> torch.Tensor:
    height, width = levels_GCHW.shape[2:]
    a, b, c, d, e, f = matrices_G6.double().unbind(dim=1)
    # The same map between coordinates that go from -1 to 1, from edge to edge of the image.
    ratio = height / width
    rows = (
        a,
        b * ratio,
        (a * (width - 1) + b * (height - 1) + 2 * c + 1) / width - 1,
        d / ratio,
        e,
        (d * (width - 1) + e * (height - 1) + 2 * f + 1) / height - 1,
    )
    theta_G23 = torch.stack(rows, dim=1).reshape(-1, 2, 3).float()
    grid_GHW2 = affine_grid(theta_G23, list(levels_GCHW.shape), align_corners=False)
    return grid_sample(levels_GCHW, grid_GHW2, mode="bilinear", padding_mode="zeros", align_corners=False)


def _blend(degenerate_GCHW: torch.Tensor, levels_GCHW: torch.Tensor, factors_G: torch.Tensor) -> torch.Tensor:
    """Move away from an image without the property in question (factor 0) or towards it; 1 changes nothing."""
    factors_G111 = factors_G[:, None, None, None]
    return (factors_G111 * levels_GCHW + (1 - factors_G111) * degenerate_GCHW).clamp(0, 1)


def _brightness(levels_GCHW: torch.Tensor, factors_G: torch.Tensor) -> torch.Tensor:
    return _blend(functional.adjust_brightness(levels_GCHW, 0.0), levels_GCHW, factors_G)


def _color(levels_GCHW: torch.Tensor, factors_G: torch.Tensor) -> torch.Tensor:
    return _blend(functional.adjust_saturation(levels_GCHW, 0.0), levels_GCHW, factors_G)


def _contrast(levels_GCHW: torch.Tensor, factors_G: torch.Tensor) -> torch.Tensor:
    return _blend(functional.adjust_contrast(levels_GCHW, 0.0), levels_GCHW, factors_G)


def _sharpness(levels_GCHW: torch.Tensor, factors_G: torch.Tensor) -> torch.Tensor:
    return _blend(functional.adjust_sharpness(levels_GCHW, 0.0), levels_GCHW, factors_G)


def _posterize(levels_GCHW: torch.Tensor, bits_G: torch.Tensor) -> torch.Tensor:
    steps_G111 = 2.0 ** (_BITS - bits_G[:, None, None, None])
    return (levels_GCHW * WHITE_LEVEL).round().div(steps_G111).floor() * steps_G111 / WHITE_LEVEL


def _solarize(levels_GCHW: torch.Tensor, thresholds_G: torch.Tensor) -> torch.Tensor:
    return torch.where(levels_GCHW >= thresholds_G[:, None, None, None], 1 - levels_GCHW, levels_GCHW)


def _autocontrast(levels_GCHW: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    stretched_GCHW: torch.Tensor = functional.autocontrast(levels_GCHW)
    return stretched_GCHW


def _equalize(levels_GCHW: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    # Given float pixels, torchvision cuts off the fraction of a level instead of rounding it.
    whole_GCHW = (levels_GCHW * WHITE_LEVEL).round().to(torch.uint8)
    return functional.equalize(whole_GCHW).float() / WHITE_LEVEL


_OPERATIONS: dict[OperationKind, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "identity": lambda levels_GCHW, _: levels_GCHW,
    "affine": _affine,
    "brightness": _brightness,
    "color": _color,
    "contrast": _contrast,
    "sharpness": _sharpness,
    "posterize": _posterize,
    "solarize": _solarize,
    "autocontrast": _autocontrast,
    "equalize": _equalize,
}
