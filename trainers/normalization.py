"""How the levels of an image become what a model sees: a scale and an offset for each colour, red, green, blue."""

from dataclasses import dataclass
from typing import Literal

NormalizationName = Literal["data", "imagenet", "symmetric", "unit", "levels"]
"""By the data's own mean and deviation, by those of ImageNet, to -1..1, to 0..1, or not at all (0..255)."""

WHITE_LEVEL = 255
_TOLERANCE = 1e-5
"""Two maps are the same where they differ by no more, as a share of the range from black to white."""


@dataclass(frozen=True, kw_only=True)
class Normalization:
    """The affine map from levels of 0..255 to pixels: `level * scale + offset`, for each colour."""

    scale_C: tuple[float, ...]
    offset_C: tuple[float, ...]

    @classmethod
    def from_mean_and_deviation(cls, mean_C: tuple[float, ...], deviation_C: tuple[float, ...]) -> "Normalization":
        """Return `(level / 255 - mean) / deviation`, as torchvision and timm put it."""
        pairs = tuple(zip(mean_C, deviation_C, strict=True))
        return cls(
            scale_C=tuple(1 / (WHITE_LEVEL * deviation) for _, deviation in pairs),
            offset_C=tuple(-mean / deviation for mean, deviation in pairs),
        )

    def after(self, given: "Normalization") -> "Normalization | None":
        """Return the map that turns pixels of `given` into pixels of this one; None where they are the same."""
        scale_C = tuple(own / theirs for own, theirs in zip(self.scale_C, given.scale_C, strict=True))
        offset_C = tuple(
            own - theirs * scale for own, theirs, scale in zip(self.offset_C, given.offset_C, scale_C, strict=True)
        )
        ranges_C = tuple(abs(scale) * WHITE_LEVEL for scale in self.scale_C)
        is_same = all(
            abs(scale - 1) < _TOLERANCE and abs(offset) < _TOLERANCE * size
            for scale, offset, size in zip(scale_C, offset_C, ranges_C, strict=True)
        )
        return None if is_same else Normalization(scale_C=scale_C, offset_C=offset_C)


IMAGENET = Normalization.from_mean_and_deviation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and deviation of ImageNet's pixels, which torchvision, most of timm and Keras' `torch` mode use."""
FIXED_NORMALIZATIONS: dict[str, Normalization] = {
    "imagenet": IMAGENET,
    "symmetric": Normalization.from_mean_and_deviation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "unit": Normalization.from_mean_and_deviation((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "levels": Normalization(scale_C=(1.0, 1.0, 1.0), offset_C=(0.0, 0.0, 0.0)),
}
"""Those that do not depend on the data, by name."""
