"""Mixup (Zhang et al. 2018, https://arxiv.org/abs/1710.09412) and CutMix (Yun et al. 2019, https://arxiv.org/abs/1905.04899).

Shares are drawn for each image, not once for a batch, so that a small batch has mild and strong mixtures.
"""

import numpy as np
import numpy.typing as npt

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import Mixing
from trainers.augmentation.rectangles import rectangle_masks


def draw_mixing(
    random: np.random.Generator, config: AugmentationConfig, *, num_images: int, height: int, width: int
) -> Mixing:
    """Draw a partner for each image and what it takes from it."""
    partners_B = random.permutation(num_images)
    choice_B = random.random(num_images)
    is_mixup_B = choice_B < config.mixup_probability
    is_cutmix_B = ~is_mixup_B & (choice_B < config.mixup_probability + config.cutmix_probability)
    blend_shares_B = random.beta(config.mixup_alpha, config.mixup_alpha, num_images)
    # Which of the two comes first makes no difference, so that an image's own class can be the larger part.
    blend_shares_B = np.where(is_mixup_B, np.maximum(blend_shares_B, 1 - blend_shares_B), 1.0)
    kept_shares_B = np.where(is_cutmix_B, random.beta(config.cutmix_alpha, config.cutmix_alpha, num_images), 1.0)
    pasted_BHW = _draw_pasted(random, kept_shares_B, height=height, width=width)
    # A rectangle over the border is cut off, so what counts is what was pasted, as in the paper's code.
    label_shares_B = blend_shares_B * (1 - pasted_BHW.mean(axis=(1, 2)))
    return Mixing(
        partners_B=partners_B,
        blend_shares_B=blend_shares_B.astype(np.float32),
        pasted_BHW=pasted_BHW,
        label_shares_B=label_shares_B.astype(np.float32),
    )


def _draw_pasted(
    random: np.random.Generator, kept_shares_B: npt.NDArray[np.float64], *, height: int, width: int
) -> npt.NDArray[np.bool_]:
    """Draw rectangles around any pixel, with the image's proportions and the area that is not kept."""
    scales_B = np.sqrt(1 - kept_shares_B)
    heights_B, widths_B = ((scales_B * side).astype(np.int64) for side in (height, width))
    return rectangle_masks(
        tops_B=random.integers(0, height, len(kept_shares_B)) - heights_B // 2,
        lefts_B=random.integers(0, width, len(kept_shares_B)) - widths_B // 2,
        heights_B=heights_B,
        widths_B=widths_B,
        height=height,
        width=width,
    )
