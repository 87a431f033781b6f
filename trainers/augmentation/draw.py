"""What is drawn for a batch: plain arrays that say what happens to each image.

Shape letters: B images of a batch, G images of a group, H height, W width, C colours.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from trainers.normalization import WHITE_LEVEL, Normalization

Floats = npt.NDArray[np.float32]
OperationKind = Literal[
    "identity",
    "affine",
    "brightness",
    "color",
    "contrast",
    "sharpness",
    "posterize",
    "solarize",
    "autocontrast",
    "equalize",
]
"""What both frameworks can do to the levels of an image."""


@dataclass(frozen=True, kw_only=True)
class ColorRange:
    """What black and white are among the pixels that training sees."""

    black_C: Floats
    """Pixel value of black, for each colour."""
    width_C: Floats
    """Distance from black to white, for each colour."""

    @classmethod
    def after(cls, normalization: Normalization) -> "ColorRange":
        """Return where black and white, levels 0 and 255, come to lie."""
        return cls(
            black_C=np.array(normalization.offset_C, np.float32),
            width_C=np.array(normalization.scale_C, np.float32) * WHITE_LEVEL,
        )


@dataclass(frozen=True, kw_only=True)
class PixelSources:
    """Flip and crop: where each pixel comes from."""

    rows_BH: npt.NDArray[np.int32]
    """Source row of each row."""
    columns_BW: npt.NDArray[np.int32]
    """Source column of each column."""


@dataclass(frozen=True, kw_only=True)
class OperationGroup:
    """Images of a batch that undergo the same operation."""

    kind: OperationKind
    indices_G: npt.NDArray[np.int64]
    """Which images."""
    amounts: Floats
    """How strong. For `affine` [G, 6], the map from output to input pixels `x' = a x + b y + c; y' = d x + e y + f`.

    Else [G]: a factor for brightness, color, contrast and sharpness, 1 changing nothing; the bits that `posterize`
    keeps; the level, 0 to 1, from which `solarize` inverts; for others 0.
    """


@dataclass(frozen=True, kw_only=True)
class LevelChanges:
    """What is done to levels of 0 (black) to 1 (white)."""

    color_range: ColorRange
    """How pixels become levels and back."""
    brightness_shifts_B: Floats | None
    """Added to the levels, which are then cut off at 0 and 1."""
    rounds: tuple[tuple[OperationGroup, ...], ...]
    """Operations, one round after the other; the groups of a round have every image once."""


@dataclass(frozen=True, kw_only=True)
class Mixing:
    """What each image takes from its partner, another image of the batch."""

    partners_B: npt.NDArray[np.int64]
    """Index of the partner."""
    blend_shares_B: Floats
    """Share of itself that an image keeps in each pixel; 1 where it is not blended."""
    pasted_BHW: npt.NDArray[np.bool_]
    """Pixels that are the partner's."""
    label_shares_B: Floats
    """Share of the image's own class in its loss; the rest is the partner's."""


@dataclass(frozen=True, kw_only=True)
class BatchDraw:
    """Everything that happens to a batch, in this order; None leaves the step out."""

    sources: PixelSources | None = None
    levels: LevelChanges | None = None
    erased_BHW: npt.NDArray[np.bool_] | None = None
    """Pixels that become the mean colour of the train split, 0."""
    mixing: Mixing | None = None
