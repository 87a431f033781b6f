"""Measure how long each format takes to answer, for the manifest."""

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from components.parity.decoding import Pixels
from components.parity.onnx_answers import OnnxFileUnderTest
from components.parity.saved_model_answers import SavedModelUnderTest
from serving.manifest import PredictMilliseconds

BATCH_SIZE = 32
ROUNDS = 7


def measure_latency(
    saved_model: SavedModelUnderTest,
    onnx_file: OnnxFileUnderTest,
    *,
    images: Sequence[bytes],
    pixels: Sequence[Pixels],
    clock: Callable[[], float] = time.perf_counter,
) -> PredictMilliseconds:
    """Time both formats on a batch of 32 and return the median milliseconds for one image.

    Args:
        saved_model: asked with encoded images, so that its time includes decoding them.
        onnx_file: asked with decoded pixels, 32 copies of the first image.
        images: encoded images; repeated when there are fewer than 32.
        pixels: the same images decoded, uint8 [H, W, C].
        clock: gives seconds.
    """
    encoded = [images[position % len(images)] for position in range(BATCH_SIZE)]
    decoded_NHWC = np.stack([pixels[0]] * BATCH_SIZE)
    return PredictMilliseconds(
        saved_model=_median_ms_per_image(lambda: saved_model.predict(encoded, batch_size=BATCH_SIZE), clock),
        onnx=_median_ms_per_image(lambda: onnx_file.run(decoded_NHWC), clock),
    )


def _median_ms_per_image(predict: Callable[[], object], clock: Callable[[], float]) -> float:
    predict()  # The first call plans memory and is slower.
    seconds = []
    for _ in range(ROUNDS):
        start = clock()
        predict()
        seconds.append(clock() - start)
    return statistics.median(seconds) * 1000 / BATCH_SIZE
