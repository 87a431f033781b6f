"""Answer with the bundle's ONNX file, inside Beam's RunInference.

Shape letters: N images, H, W height and width, C colours, K classes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from apache_beam.ml.inference.base import ModelHandler

from pipeline.bulk_inference.records import ImageRecord, PredictionRecord, Probabilities
from serving.images import Pixels, UnusableImageError, decode_image
from serving.onnx_runtime import load_onnx_runtime

_MAX_DECODED_BYTES = 128 << 20
"""Decoded pixels that wait for the model; a batch of large photos is handed over in parts."""
_ERRORS_ONLY = 3
"""ONNX Runtime's log level for errors."""


class OnnxHandler(ModelHandler[ImageRecord, PredictionRecord, Any]):
    """Decodes batches with Pillow and classifies them with ONNX Runtime on the CPU."""

    def __init__(self, path: Path, *, batch_size_images: int, threads: int) -> None:
        """Remember what a worker needs to load the model.

        Args:
            path: The ONNX file.
            batch_size_images: Images in a batch.
            threads: Threads of ONNX Runtime; 0 takes all cores.
        """
        super().__init__(min_batch_size=batch_size_images, max_batch_size=batch_size_images)
        self._path = path
        self._threads = threads

    def load_model(self) -> Any:
        """Load the file; Beam keeps one for each process."""
        onnxruntime = load_onnx_runtime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = self._threads
        return onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])

    def run_inference(
        self, batch: Sequence[ImageRecord], model: Any, inference_args: dict[str, Any] | None = None
    ) -> Iterable[PredictionRecord]:
        """Return an answer for each image, in their order."""
        answers: dict[int, PredictionRecord] = {}
        waiting: dict[tuple[int, ...], list[tuple[int, Pixels]]] = defaultdict(list)
        decoded_bytes = 0
        for position, image in enumerate(batch):
            try:
                pixels_HWC = _decode(image)
            except UnusableImageError as error:
                answers[position] = PredictionRecord(id=image.id, error=str(error))
                continue
            waiting[pixels_HWC.shape].append((position, pixels_HWC))
            decoded_bytes += pixels_HWC.nbytes
            if decoded_bytes > _MAX_DECODED_BYTES:
                answers.update(_classify(batch, waiting, model))
                waiting.clear()
                decoded_bytes = 0
        answers.update(_classify(batch, waiting, model))
        return [answers[position] for position in range(len(batch))]

    def get_num_bytes(self, batch: Sequence[ImageRecord]) -> int:
        """Return the size of the encoded images; Beam's own way pickles them to find out."""
        return sum(len(image.content) for image in batch)


def _decode(image: ImageRecord) -> Pixels:
    if image.error is not None:
        raise UnusableImageError("unreadable", image.error)
    return decode_image(image.content)


def _classify(
    batch: Sequence[ImageRecord], waiting: dict[tuple[int, ...], list[tuple[int, Pixels]]], session: Any
) -> dict[int, PredictionRecord]:
    """Run the model once for each size of image, since the images of a tensor share one."""
    answers: dict[int, PredictionRecord] = {}
    for same_size in waiting.values():
        pixels_NHWC = np.stack([pixels_HWC for _, pixels_HWC in same_size])
        probabilities_NK: Probabilities = session.run(["probabilities"], {"image": pixels_NHWC})[0]
        for (position, _), probabilities_K in zip(same_size, probabilities_NK, strict=True):
            answers[position] = PredictionRecord(id=batch[position].id, probabilities_K=probabilities_K)
    return answers
