"""Runs a model before anybody waits for it: its first calls are slow, and a broken one shows.

Shape letter: K classes.
"""

import io

import numpy as np
from PIL import Image

from serving.backends.base import Backend
from serving.errors import LoadError
from serving.images import UnusableImageError

_CALLS = 3
_SUM_TOLERANCE = 1e-3
"""Probabilities of float32 add up to 1 less precisely than this over a thousand classes."""


def warm_up(backend: Backend, *, size_pixels: int, classes: int, max_batch_images: int) -> float:
    """Classify drawn images, alone and in the largest batch, and check the answers.

    Args:
        backend: The loaded model.
        size_pixels: Side of the square that the model sees.
        classes: Number of probabilities, K, that the manifest promises.
        max_batch_images: Images in the largest batch.

    Returns:
        The shortest time in the model for one image, seconds; decoding does not count.

    Raises:
        LoadError: An answer is not a distribution over the classes.
    """
    image = _draw(size_pixels)
    seconds = min(_classify(backend, [image], classes) for _ in range(_CALLS))
    _classify(backend, [image] * max_batch_images, classes)
    return seconds


def is_distribution(probabilities_K: np.ndarray) -> bool:
    """Tell whether the numbers are finite, at least 0 and add up to 1."""
    total = float(probabilities_K.sum())
    return bool(abs(total - 1) <= _SUM_TOLERANCE and probabilities_K.min() >= 0)


def _classify(backend: Backend, images: list[bytes], classes: int) -> float:
    """Check all answers; returns the seconds in the model."""
    answers = backend.classify(images)
    for result in answers.results:
        if isinstance(result, UnusableImageError):
            raise LoadError(f"warm-up: a drawn PNG was refused: {result}") from result
        if result.shape != (classes,) or not is_distribution(result):
            raise LoadError(
                f"warm-up: the model answered {result.tolist()[:5]} with shape {list(result.shape)}, "
                f"which are no probabilities of {classes} classes; export it again"
            )
    return answers.model_seconds


def _draw(size_pixels: int) -> bytes:
    levels_HWC = np.random.default_rng(0).integers(0, 256, (size_pixels, size_pixels, 3), dtype=np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(levels_HWC).save(encoded, "PNG")
    return encoded.getvalue()
