"""The Transform graph's colour normalisation, read off the graph itself by feeding it images of one colour.

The ONNX file needs the same scale and offset as plain numbers. Asking the graph for them leaves one definition.
Shape letters: P probes, S side of the square in pixels, C colours.
"""

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.export.errors import TransformGraphError
from trainers.export.transform_graph import TransformGraph
from trainers.normalization import WHITE_LEVEL, Normalization

_PROBE_COLORS = np.array(
    [
        (0, 0, 0),
        (WHITE_LEVEL, WHITE_LEVEL, WHITE_LEVEL),
        (64, 64, 64),
        (127, 127, 127),
        (191, 191, 191),
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (200, 30, 90),
    ],
    dtype=np.uint8,
)
"""Black and white give the map; greys tell a curve, single colours tell a mix of channels."""
_PROBE_SHAPE = (5, 7)
"""Height and width; any size will do, for an image of one colour stays so when resized."""
_TOLERANCE = 1e-5
"""Greatest departure from the affine map, as a share of the range from black to white; float32 rounding is ~1e-7."""


def read_normalization(graph: TransformGraph) -> Normalization:
    """Solve the affine map from the graph's answers to black and white, and check it on greys and colours.

    Raises:
        TransformGraphError: the graph does something else than scale and shift each colour on its own.
    """
    pixels_PSSC = graph.pixels(tf.constant([_encode_flat_image(color) for color in _PROBE_COLORS])).numpy()
    answers_PC = pixels_PSSC[:, 0, 0, :].astype(np.float64)
    black_C, white_C = answers_PC[0], answers_PC[1]
    range_C = np.abs(white_C - black_C)
    scale_C = (white_C - black_C) / WHITE_LEVEL
    expected_PC = _PROBE_COLORS * scale_C + black_C
    departure_P = (np.abs(pixels_PSSC - expected_PC[:, None, None, :]) / np.maximum(range_C, 1e-12)).max(axis=(1, 2, 3))
    if not np.isfinite(pixels_PSSC).all() or range_C.min() == 0 or departure_P.max() > _TOLERANCE:
        worst = int(departure_P.argmax())
        raise TransformGraphError(
            "the Transform graph must map each colour by one scale and offset, the same at every pixel; for an image "
            f"of the colour {tuple(_PROBE_COLORS[worst].tolist())} it gives {answers_PC[worst].tolist()} instead of "
            f"{expected_PC[worst].tolist()}. The ONNX file cannot carry other preprocessing; see preprocessing_fn."
        )
    return Normalization(scale_C=tuple(scale_C.tolist()), offset_C=tuple(black_C.tolist()))


def _encode_flat_image(color_C: npt.NDArray[np.uint8]) -> bytes:
    image_HWC = np.broadcast_to(color_C, (*_PROBE_SHAPE, len(color_C)))
    encoded: bytes = tf.io.encode_png(image_HWC).numpy()
    return encoded
