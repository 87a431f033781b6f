"""Images whose height and width are left free: how torch.export is asked for that."""

from contextlib import AbstractContextManager
from typing import Any

import torch
import torch.fx.experimental._config as shape_settings

ImageShape = tuple[int, int | None, int | None]
"""C, H, W of the images; None is a free height or width."""

NEEDS_FIXED_SIZE = "it needs a fixed height and width: give them in input_shape"

_EXAMPLE_SIZES_PIXELS = (448, 896)
"""Height and width that torch.export sees: divisible by what models halve an image to, and not alike."""


def has_free_size(input_shape: ImageShape) -> bool:
    """Tell whether height or width is left free."""
    return None in input_shape


def example_shape(input_shape: ImageShape) -> tuple[int, int, int]:
    """Return C, H, W of the images to export with."""
    channels, *size = input_shape
    height, width = (given or example for given, example in zip(size, _EXAMPLE_SIZES_PIXELS, strict=True))
    return channels, height, width


def dynamic_axes(input_shape: ImageShape) -> dict[int, Any]:
    """Return what to tell torch.export about the free heights and widths among the axes N, C, H, W.

    AUTO, because named sizes are refused for every condition that torch cannot prove, such as the one that a pooling
    with ceil_mode makes and that holds at all sizes. `accepted_sizes` looks at the conditions instead.
    """
    return {axis: torch.export.Dim.AUTO for axis, extent in enumerate(input_shape, start=1) if extent is None}


def single_pixels_allowed(input_shape: ImageShape) -> AbstractContextManager[None]:
    """Keep torch from noting, where height or width is free, that no feature map may be one pixel high or wide."""
    allowed = has_free_size(input_shape) or shape_settings.backed_size_oblivious
    patched: AbstractContextManager[None] = shape_settings.patch(backed_size_oblivious=allowed)
    return patched
