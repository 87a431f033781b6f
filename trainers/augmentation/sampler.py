"""Draws what happens to the images of each batch.

A draw depends on nothing but the seed, the epoch and the step, so that a resumed run draws what it would have drawn, a
checkpoint needs no state of it, and both frameworks distort the same images in the same way.
"""

from typing import TypedDict

import numpy as np

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import BatchDraw, ColorRange, LevelChanges
from trainers.augmentation.erasing import draw_erased
from trainers.augmentation.mixing import draw_mixing
from trainers.augmentation.operations import draw_rounds
from trainers.augmentation.sources import draw_sources
from trainers.errors import TrainingDataError

_STREAMS = 4
"""Pixel sources, levels, erasing and mixing have random numbers of their own: one changes nothing in the others."""


class _Size(TypedDict):
    """Of a batch."""

    num_images: int
    height: int
    width: int


class AugmentationSampler:
    """Draws for the batches of one run."""

    def __init__(
        self,
        config: AugmentationConfig,
        *,
        image_shape: tuple[int, int, int],
        color_range: ColorRange | None,
        seed: int,
    ) -> None:
        """Prepare for a run.

        Args:
            config: What to draw.
            image_shape: Height, width and channels of the images.
            color_range: Black and white among the pixels; may be None for policies that only move pixels.
            seed: Of the run.

        Raises:
            TrainingDataError: The policy needs to know black and white, and they are not given.
        """
        if config.changes_levels and color_range is None:
            raise TrainingDataError(
                f"augmentation policy {config.policy!r} changes colours, so the training data must say which pixel "
                "values are black and white; give it a color_range or choose the policy flip_crop."
            )
        self._config = config
        self._height, self._width, _ = image_shape
        self._color_range = color_range
        self._seed = seed

    def draw(self, *, epoch: int, step: int, num_images: int) -> BatchDraw | None:
        """Draw for the batch of a step; None when nothing ever changes.

        Args:
            epoch: From 1.
            step: Within the epoch, from 1.
            num_images: Images of the batch.
        """
        config = self._config
        if not config.is_on:
            return None
        size = _Size(num_images=num_images, height=self._height, width=self._width)
        randoms = [np.random.default_rng((self._seed, epoch, step, stream)) for stream in range(_STREAMS)]
        sources, levels, erasing, mixing = randoms
        probability = config.random_erasing_probability
        return BatchDraw(
            sources=draw_sources(sources, config, **size) if config.policy != "none" else None,
            levels=self._draw_levels(levels, size),
            erased_BHW=draw_erased(erasing, probability=probability, **size) if probability else None,
            mixing=draw_mixing(mixing, config, **size) if config.mixes else None,
        )

    def _draw_levels(self, random: np.random.Generator, size: _Size) -> LevelChanges | None:
        config = self._config
        if self._color_range is None or not config.changes_levels:
            return None
        if config.policy != "seed":
            rounds = draw_rounds(random, config, **size)
            return LevelChanges(color_range=self._color_range, brightness_shifts_B=None, rounds=rounds)
        limit = config.brightness_fraction
        shifts_B = random.uniform(-limit, limit, size["num_images"]).astype(np.float32)
        return LevelChanges(color_range=self._color_range, brightness_shifts_B=shifts_B, rounds=())
