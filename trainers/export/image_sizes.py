"""Heights and widths of images where an export leaves them free: which are taken, and which to check it at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ImageShape = tuple[int | None, int | None, int]
"""H, W, C of one image; None is a free height or width."""

Size = tuple[int, int]
"""Height and width in pixels."""

_TRIAL_SIZES: tuple[tuple[Size, Size], ...] = (
    ((60, 82), (71, 49)),
    ((96, 160), (128, 64)),
    ((112, 224), (168, 56)),
    ((144, 240), (192, 96)),
    ((256, 384), (320, 192)),
    ((448, 224), (224, 672)),
)
"""Two sizes with little in common, for models that take any, multiples of 32, 56 or 48, or large images only."""


@dataclass(frozen=True, kw_only=True)
class ImageSizes:
    """The heights and widths that a model takes: multiples of a number, from a least one on."""

    divisor: int
    least_pixels: int

    def __str__(self) -> str:
        """Say it for a message."""
        return f"{f'multiples of {self.divisor}' if self.divisor > 1 else 'all'} from {self.least_pixels} pixels on"

    @property
    def are_all(self) -> bool:
        """Tell whether there is nothing to check."""
        return self.divisor == self.least_pixels == 1

    def accept(self, pixels: Any) -> Any:
        """Tell whether a height or width, a number or a scalar tensor, is one of them."""
        return (pixels >= self.least_pixels) & (pixels % self.divisor == 0)


def trial_sizes(takes: Callable[[Size], bool]) -> tuple[Size, Size] | None:
    """Return two sizes at which a model is to be checked, None if it takes none of those that are tried.

    Args:
        takes: Tells whether the model takes images of a height and width.
    """
    return next((pair for pair in _TRIAL_SIZES if all(takes(size) for size in pair)), None)


def with_size(image_shape_HWC: ImageShape, size: Size) -> tuple[int, int, int]:
    """Put a height and a width in the places that are free."""
    height, width, channels = image_shape_HWC
    return height or size[0], width or size[1], channels
