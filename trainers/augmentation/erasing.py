"""Random erasing (Zhong et al. 2020, https://arxiv.org/abs/1708.04896)."""

import numpy as np
import numpy.typing as npt

from trainers.augmentation.rectangles import rectangle_masks

_AREA_FRACTIONS = (0.02, 0.33)
"""The rectangle's share of the image; the paper's, as in torchvision and Keras."""
_MAX_ASPECT_RATIO = 3.3
"""Height over width, and its inverse, at most; the paper's."""


def draw_erased(
    random: np.random.Generator, *, probability: float, num_images: int, height: int, width: int
) -> npt.NDArray[np.bool_]:
    """Draw which pixels to erase, bool [num_images, height, width]."""
    is_erased_B = random.random(num_images) < probability
    areas_B = random.uniform(*_AREA_FRACTIONS, num_images) * height * width
    ratios_B = np.exp(random.uniform(-np.log(_MAX_ASPECT_RATIO), np.log(_MAX_ASPECT_RATIO), num_images))
    heights_B = np.clip(np.rint(np.sqrt(areas_B * ratios_B)), 1, height).astype(np.int64)
    widths_B = np.clip(np.rint(np.sqrt(areas_B / ratios_B)), 1, width).astype(np.int64)
    return rectangle_masks(
        tops_B=random.integers(0, height - heights_B, endpoint=True),
        lefts_B=random.integers(0, width - widths_B, endpoint=True),
        heights_B=heights_B * is_erased_B,
        widths_B=widths_B,
        height=height,
        width=width,
    )
