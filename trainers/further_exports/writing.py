"""Writes the further files of a bundle and proves each.

Shape letters: N images, S side of the square in pixels, C colours, K classes.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from trainers.export.saved_model import MappedModel
from trainers.export.tflite_file import write_tflite_file
from trainers.export.transform_graph import TransformGraph
from trainers.export.witness import Witness
from trainers.further_exports.formats import FILE_NAMES, ExportFormat
from trainers.further_exports.proof import Array, prove_equal
from trainers.normalization import Normalization
from trainers.probabilities import softmax

_logger = logging.getLogger(__name__)


def write_further_exports(
    formats: tuple[ExportFormat, ...],
    folder: Path,
    *,
    mapped: MappedModel,
    write_archive: Callable[[Path], Callable[[Array], Array]],
    graph: TransformGraph,
    given: Normalization,
    witness: Witness,
) -> dict[str, float]:
    """Write files beside SavedModel and ONNX file.

    Args:
        formats: Which.
        folder: Of the bundle.
        mapped: The trained model in TensorFlow operations.
        write_archive: Writes its framework's own archive; returns what was read back, pixels to logits [N, K].
        graph: The Transform graph.
        given: What it makes of levels.
        witness: Images, and what the trained model said of them.

    Returns:
        For each file the greatest difference of a probability from the trained model's.

    Raises:
        ModelExportError: A file cannot be written or read back, or answers otherwise.
    """
    if not formats:
        return {}
    pixels_NSSC = graph.pixels(tf.constant(witness.images)).numpy()
    differences = {}
    for name in formats:
        path = folder / FILE_NAMES[name]
        if name == "tflite":
            answer = _write_tflite(path, mapped, given, graph.image_size_pixels)
        else:
            answer = _with_softmax(write_archive(path))
        differences[path.name] = prove_equal(path.name, answer, pixels_NSSC, witness.probabilities_NK)
        _logger.info("%s answers as the trained model within %.1e.", path.name, differences[path.name])
    return differences


def _write_tflite(path: Path, mapped: MappedModel, given: Normalization, side_pixels: int) -> Callable[[Array], Array]:
    logits, tracked = mapped
    of_levels = write_tflite_file(
        path, logits=logits, tracked=tracked, normalization=given, image_size_pixels=side_pixels
    )
    scale_C, offset_C = np.array(given.scale_C), np.array(given.offset_C)
    return lambda pixels_NSSC: of_levels(((pixels_NSSC - offset_C) / scale_C).astype(np.float32))


def _with_softmax(logits_of: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda pixels_NSSC: softmax(logits_of(pixels_NSSC))
