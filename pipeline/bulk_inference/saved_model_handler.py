"""Answer with the bundle's SavedModel, inside Beam's RunInference.

Shape letters: N images, K classes.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from apache_beam.ml.inference.base import ModelHandler

from components.image_example_gen.inspection import inspect_image
from pipeline.bulk_inference.records import ImageRecord, PredictionRecord, Probabilities
from serving.images import UnusableImageError, open_image


class SavedModelHandler(ModelHandler[ImageRecord, PredictionRecord, Any]):
    """Hands encoded images to the signature `serving_default`, which decodes them itself."""

    def __init__(self, folder: Path, *, batch_size_images: int) -> None:
        """Remember the bundle's folder and how many images are in a batch."""
        super().__init__(min_batch_size=batch_size_images, max_batch_size=batch_size_images)
        self._folder = folder

    def load_model(self) -> Any:
        """Load the SavedModel; Beam keeps one for each process."""
        import tensorflow as tf

        return tf.saved_model.load(str(self._folder))

    def run_inference(
        self, batch: Sequence[ImageRecord], model: Any, inference_args: dict[str, Any] | None = None
    ) -> Iterable[PredictionRecord]:
        """Return an answer for each image, in their order.

        One damaged image fails the whole call; only then is every image decoded on its own to find it.
        """
        import tensorflow as tf

        errors = _check_headers(batch)
        try:
            return _answer(batch, model, errors)
        except tf.errors.InvalidArgumentError:
            damaged = _decode_each(batch, errors)
            if not damaged:
                raise
            return _answer(batch, model, errors | damaged)

    def get_num_bytes(self, batch: Sequence[ImageRecord]) -> int:
        """Return the size of the encoded images; Beam's own way pickles them to find out."""
        return sum(len(image.content) for image in batch)


def _check_headers(batch: Sequence[ImageRecord]) -> dict[int, str]:
    errors = {position: image.error for position, image in enumerate(batch) if image.error is not None}
    for position, image in enumerate(batch):
        if position not in errors:
            try:
                with open_image(image.content):
                    continue
            except UnusableImageError as error:
                errors[position] = str(error)
    return errors


def _decode_each(batch: Sequence[ImageRecord], errors: dict[int, str]) -> dict[int, str]:
    damaged = {}
    for position, image in enumerate(batch):
        if position not in errors:
            try:
                inspect_image(image.content)
            except UnusableImageError as error:
                damaged[position] = str(error)
    return damaged


def _answer(batch: Sequence[ImageRecord], model: Any, errors: dict[int, str]) -> list[PredictionRecord]:
    import tensorflow as tf

    usable = [position for position in range(len(batch)) if position not in errors]
    answers = {position: PredictionRecord(id=batch[position].id, error=error) for position, error in errors.items()}
    if usable:
        images = tf.constant([batch[position].content for position in usable])
        outputs = model.signatures["serving_default"](image_bytes=images)
        probabilities_NK: Probabilities = outputs["probabilities"].numpy()
        for position, probabilities_K in zip(usable, probabilities_NK, strict=True):
            answers[position] = PredictionRecord(id=batch[position].id, probabilities_K=probabilities_K)
    return [answers[position] for position in range(len(batch))]
