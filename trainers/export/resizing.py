"""How the Transform graph resizes, read off the graph itself: bilinear with or without antialiasing.

Shape letters: H, W height and width of a probe, S side of the square in pixels, C colours.
"""

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.export.errors import TransformGraphError
from trainers.export.transform_graph import TransformGraph
from trainers.normalization import Normalization

_PROBE_SEED = 20
_TOLERANCE_LEVELS = 0.01
"""Greatest difference from TensorFlow's own resize, of 255 levels; rounding is ~1e-4, another method is off by tens."""


def read_antialiasing(graph: TransformGraph, normalization: Normalization) -> bool:
    """Tell whether the graph antialiases when it makes images smaller, by feeding it noise of two odd sizes.

    Args:
        graph: the Transform graph.
        normalization: its colour normalisation, undone here to compare levels.

    Raises:
        TransformGraphError: the graph's resize is neither of the two bilinear ones at half-pixel centres.
    """
    side = graph.image_size_pixels
    generator = np.random.default_rng(_PROBE_SEED)
    shapes = [(2 * side + 3, 3 * side + 1, 3), (side // 2 + 1, side + 5, 3)]
    probes = [generator.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]
    answers = graph.pixels(tf.constant([tf.io.encode_png(probe).numpy() for probe in probes])).numpy()
    levels = (answers - np.array(normalization.offset_C)) / np.array(normalization.scale_C)
    differences = {antialias: _greatest_difference(probes, levels, antialias) for antialias in (False, True)}
    antialias = min(differences, key=lambda choice: differences[choice])
    if not differences[antialias] <= _TOLERANCE_LEVELS:
        raise TransformGraphError(
            "the Transform graph must resize the whole image to a square, bilinear at half-pixel centres; it differs "
            f"from that by {differences[False]:.3g} levels, or {differences[True]:.3g} with antialiasing, above "
            f"{_TOLERANCE_LEVELS}. The ONNX file cannot carry another resize; see preprocessing_fn."
        )
    return antialias


def _greatest_difference(
    probes: list[npt.NDArray[np.uint8]], levels_SSC: npt.NDArray[np.float64], antialias: bool
) -> float:
    size = levels_SSC.shape[1:3]
    resized = [tf.image.resize(probe_HWC, size, antialias=antialias).numpy() for probe_HWC in probes]
    return float(np.abs(np.stack(resized) - levels_SSC).max())
