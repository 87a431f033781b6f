"""Flip and crop as a choice of source pixels, which moves pixels without changing one."""

import numpy as np
import numpy.typing as npt

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import PixelSources


def draw_sources(
    random: np.random.Generator, config: AugmentationConfig, *, num_images: int, height: int, width: int
) -> PixelSources:
    """Draw for each image whether it is mirrored and by how many whole pixels it is moved."""
    is_flipped_B = random.random(num_images) < config.flip_probability
    rows_BH = _moved(random, num_images, height, config.crop_padding_fraction)
    columns_BW = _moved(random, num_images, width, config.crop_padding_fraction)
    columns_BW[is_flipped_B] = columns_BW[is_flipped_B, ::-1]
    return PixelSources(rows_BH=rows_BH, columns_BW=columns_BW)


def _moved(random: np.random.Generator, num_images: int, size: int, padding_fraction: float) -> npt.NDArray[np.int32]:
    """Return the source of each row or column, int32 [num_images, size]; beyond the border it is mirrored there."""
    padding = round(padding_fraction * size)
    offsets_B1 = random.integers(-padding, padding, size=(num_images, 1), endpoint=True)
    sources: npt.NDArray[np.int64] = np.abs(np.arange(size) + offsets_B1)
    return np.minimum(sources, 2 * (size - 1) - sources).astype(np.int32)
