"""The operations of TrivialAugment and RandAugment and how strong they may be.

Operations and strengths are those of torchvision 0.29 (`TrivialAugmentWide`, `RandAugment`), with two differences:
geometry interpolates bilinearly, and TrivialAugment's 32 pixels of translation are taken as 1/7 of the image, which
they are at ImageNet's 224 pixels, so that the policy means the same at every size.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import OperationGroup, OperationKind
from trainers.augmentation.geometry import GEOMETRY, affine_matrices

_MAX_MAGNITUDE = 30
"""Magnitudes are whole numbers from 0 to this."""
_BITS = 8
_COLOR_OPERATIONS: tuple[OperationKind, ...] = (
    "identity", "brightness", "color", "contrast", "sharpness", "posterize", "solarize", "autocontrast", "equalize"
)  # fmt: skip
_FACTORS = frozenset({"brightness", "color", "contrast", "sharpness"})
_OPERATIONS = (*GEOMETRY, *_COLOR_OPERATIONS)
_SIGNED = frozenset({*GEOMETRY, *_FACTORS})


class _Limits(NamedTuple):
    """What magnitude 30 means."""

    shear: float
    """Pixels to the side for each pixel down."""
    translation: float
    """Share of the side of the image."""
    rotation_degrees: float
    factor: float
    """Distance from 1 of the factor of brightness, colour, contrast and sharpness."""
    lost_bits: int
    """Bits that posterize takes away."""


_LIMITS = {
    "trivial": _Limits(shear=0.99, translation=32 / 224, rotation_degrees=135.0, factor=0.99, lost_bits=6),
    "randaugment": _Limits(shear=0.3, translation=150 / 331, rotation_degrees=30.0, factor=0.9, lost_bits=4),
}


def draw_rounds(
    random: np.random.Generator, config: AugmentationConfig, *, num_images: int, height: int, width: int
) -> tuple[tuple[OperationGroup, ...], ...]:
    """Draw what happens to each image: one operation of any strength for `trivial`, else those of RandAugment."""
    is_trivial = config.policy == "trivial"
    limits = _LIMITS[config.policy]
    rounds = []
    for _ in range(1 if is_trivial else config.operations):
        chosen_B = random.integers(0, len(_OPERATIONS), num_images)
        signs_B = random.choice((-1.0, 1.0), num_images)
        magnitudes_B = random.integers(0, _MAX_MAGNITUDE, num_images, endpoint=True)
        strengths_B = (magnitudes_B if is_trivial else np.full(num_images, config.magnitude)) / _MAX_MAGNITUDE
        groups = []
        for index, name in enumerate(_OPERATIONS):
            indices_G = np.flatnonzero(chosen_B == index)
            if indices_G.size:
                strengths_G = strengths_B[indices_G] * (signs_B[indices_G] if name in _SIGNED else 1.0)
                groups.append(_group(name, indices_G, strengths_G, limits, (height, width)))
        rounds.append(tuple(groups))
    return tuple(rounds)


def _group(
    name: str,
    indices_G: npt.NDArray[np.int64],
    strengths_G: npt.NDArray[np.float64],
    limits: _Limits,
    size: tuple[int, int],
) -> OperationGroup:
    """Return images with their operation; strengths are -1 to 1, of the limits."""
    if name in GEOMETRY:
        limit = {"shear": limits.shear, "translate": limits.translation, "rotate": np.deg2rad(limits.rotation_degrees)}
        amounts_G = strengths_G * limit[name.partition("_")[0]]
        matrices_G6 = affine_matrices(name, amounts_G, height=size[0], width=size[1])
        return OperationGroup(kind="affine", indices_G=indices_G, amounts=matrices_G6)
    kind = next(kind for kind in _COLOR_OPERATIONS if kind == name)
    if kind in _FACTORS:
        amounts_G = 1 + strengths_G * limits.factor
    elif kind == "posterize":
        amounts_G = _BITS - np.rint(strengths_G * limits.lost_bits)
    elif kind == "solarize":
        amounts_G = 1 - strengths_G
    else:
        amounts_G = np.zeros_like(strengths_G)
    return OperationGroup(kind=kind, indices_G=indices_G, amounts=amounts_G.astype(np.float32))
