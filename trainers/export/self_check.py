"""Hold an export against the model that it was made from, on images that tests made up.

Shape letters: N images, H, W height and width, C channels.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainers.export.errors import ModelExportError
from trainers.export.image_sizes import ImageShape, Size, with_size

TOLERANCE = 1e-4
"""Greatest difference relative to the range of the model's outputs; float32 rounding in deep networks is ~1e-6."""

BATCH_SIZES_EXAMPLES = (1, 3)
"""None of them is the 2 that torch.export sees, so a size that was written into a graph shows."""

_SEED = 0
_LEAST_RANGE = 0.1
"""Of the largest output: where outputs hardly vary, their size is the measure and not their range."""
_PIXEL_LIMIT = 2.5
"""Standardised pixels of photographs lie within about -2.2..2.7 (ImageNet's constants)."""

Array = npt.NDArray[np.generic]
Predict = Callable[[npt.NDArray[np.float32]], Array]
"""Maps float32 images [N, H, W, C] to outputs [N, ...]."""


@dataclass(frozen=True, kw_only=True)
class SelfCheck:
    """What a comparison found."""

    differences: Mapping[str, float]
    """Greatest difference relative to the range of the model's outputs, for each kind of image and batch size."""

    @property
    def greatest(self) -> float:
        """The worst of them."""
        return max(self.differences.values())


def check_equal(
    reference: Predict,
    exported: Predict,
    *,
    image_shape_HWC: ImageShape,
    tolerance: float,
    what: str,
    sizes: Sequence[Size] = (),
) -> SelfCheck:
    """Compare an export with its model on noise and on photo-like images, at two batch sizes.

    Args:
        reference: The model.
        exported: What was read back from the export.
        image_shape_HWC: Shape of one image; None is a free height or width.
        tolerance: See `TOLERANCE`.
        what: Name of the export, for the message.
        sizes: What to put for free heights and widths, one after the other.

    Raises:
        ModelExportError: They differ, or the model's outputs are not finite.
    """
    generator = np.random.default_rng(_SEED)
    differences = {}
    # Where height and width are fixed, one round; `with_size` then changes nothing.
    for batch_size, size in itertools.product(BATCH_SIZES_EXAMPLES, sizes or [(1, 1)]):
        shape = (batch_size, *with_size(image_shape_HWC, size))
        at_size = f", {shape[1]} x {shape[2]} pixels" if sizes else ""
        for kind, images_NHWC in (
            ("noise", _noise(generator, shape)),
            ("photo-like", photo_like_images(generator, shape)),
        ):
            case = f"{kind}, batch of {batch_size}{at_size}"
            differences[case] = relative_difference(
                exported(images_NHWC), reference(images_NHWC), what=f"{what} ({case})"
            )
            if not differences[case] <= tolerance:
                _check_repeats(reference, images_NHWC)
    check = SelfCheck(differences=differences)
    if not check.greatest <= tolerance:
        worst = max(differences, key=lambda case: differences[case])
        raise ModelExportError(
            f"{what} differs from the model by {check.greatest:.2g} of the range of its outputs ({worst}), above "
            f"{tolerance:.2g}. If the model is so sensitive to rounding by itself (compare it with model.double()), "
            "train it further or raise the tolerance; otherwise please report it."
        )
    return check


def relative_difference(result: Array, expected: Array, *, what: str = "the export") -> float:
    """Return the greatest difference over the range of the expected numbers.

    Raises:
        ModelExportError: The shapes differ, or the expected numbers are not finite.
    """
    if result.shape != expected.shape:
        raise ModelExportError(f"{what} gives the shape {result.shape} where the model gives {expected.shape}.")
    wanted = expected.astype(np.float64)
    if not np.isfinite(wanted).all():
        raise ModelExportError(
            f"the model gives numbers that are not finite ({what}), so nothing can be compared; look at its weights."
        )
    scale = max(float(np.ptp(wanted)), _LEAST_RANGE * float(np.abs(wanted).max()))
    worst = float(np.abs(result.astype(np.float64) - wanted).max())
    return worst if worst == 0 else worst / max(scale, np.finfo(np.float32).tiny)


def _check_repeats(reference: Predict, images_NHWC: npt.NDArray[np.float32]) -> None:
    """Raise ModelExportError if a model gives other numbers for the same images, which no export can equal."""
    if not np.array_equal(reference(images_NHWC), reference(images_NHWC)):
        raise ModelExportError(
            "the model gives different numbers each time for the same images, so no export can equal it; let it draw "
            "random numbers and keep state only while self.training is true."
        )


def _noise(generator: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    return generator.normal(size=shape).astype(np.float32)


def photo_like_images(generator: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Draw standardised images [N, H, W, C] with photographs' spectrum, amplitude ~ 1 / frequency (Field 1987)."""
    height, width = shape[1:3]
    frequency_HW = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None, :])
    frequency_HW[0, 0] = 1 / max(height, width)
    spectrum = np.fft.fft2(generator.normal(size=shape), axes=(1, 2)) / frequency_HW[None, :, :, None]
    images_NHWC = np.fft.ifft2(spectrum, axes=(1, 2)).real
    images_NHWC /= max(float(images_NHWC.std()), 1e-12)
    return np.clip(images_NHWC, -_PIXEL_LIMIT, _PIXEL_LIMIT).astype(np.float32)
