"""Runs a bundle's SavedModel with TensorFlow, which only this module imports.

Shape letters: N images, H, W height and width, C colours, K classes.
"""

import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import PIL.Image
import tensorflow as tf

from serving.backends.base import Answers, Image, Probabilities
from serving.images import DEFAULT_MAX_PIXELS, UnusableImageError, open_image

_SIGNATURE = "serving_default"


class SavedModelBackend:
    """Hands encoded images to the signature `serving_default`, which decodes them itself."""

    name = "savedmodel"
    takes_pixels = False

    def __init__(self, folder: Path, *, threads: int, max_pixels: int = DEFAULT_MAX_PIXELS) -> None:
        """Load the SavedModel in a folder.

        Args:
            folder: The bundle.
            threads: Threads of TensorFlow, which shares them among all models; 0 leaves its default. Only the first
                model of a process can set them.
            max_pixels: Largest height x width that is decoded.
        """
        if threads and not tf.config.threading.get_intra_op_parallelism_threads():
            _set_threads(threads)
        self._model: Any = tf.saved_model.load(str(folder))
        self._max_pixels = max_pixels

    def classify(self, images: Sequence[Image]) -> Answers:
        """Return an answer for each image.

        One damaged image fails TensorFlow's whole call; only then is each image run on its own.
        """
        started = time.perf_counter()
        results: list[Probabilities | UnusableImageError | None] = [None] * len(images)
        usable: dict[int, bytes] = {}
        for position, image in enumerate(images):
            try:
                usable[position] = self._check(image)
            except UnusableImageError as error:
                results[position] = error
        checked = time.perf_counter()
        for position, result in zip(usable, self._run_all(list(usable.values())), strict=True):
            results[position] = result
        answers = [result for result in results if result is not None]
        return Answers(answers, checked - started, time.perf_counter() - checked)

    def close(self) -> None:
        """Let go of the model; its memory goes with it."""
        self._model = None

    def _check(self, image: Image) -> bytes:
        if not isinstance(image, bytes):
            encoded = io.BytesIO()
            PIL.Image.fromarray(image).save(encoded, "PNG", compress_level=0)
            return encoded.getvalue()
        with open_image(image, max_pixels=self._max_pixels):
            return image

    def _run_all(self, images: Sequence[bytes]) -> list[Probabilities | UnusableImageError]:
        if not images:
            return []
        try:
            return list(self._run(images))
        except tf.errors.InvalidArgumentError:
            return [self._run_one(image) for image in images]

    def _run_one(self, image: bytes) -> Probabilities | UnusableImageError:
        try:
            probabilities_K: Probabilities = self._run([image])[0]
        except tf.errors.InvalidArgumentError:
            return UnusableImageError("broken", "the image is truncated or damaged and does not decode")
        return probabilities_K

    def _run(self, images: Sequence[bytes]) -> Any:
        """Return float32 [N, K]."""
        return self._model.signatures[_SIGNATURE](image_bytes=tf.constant(images))["probabilities"].numpy()


def _set_threads(threads: int) -> None:
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        return  # TensorFlow is running already, with the threads that it has.
