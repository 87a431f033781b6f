"""The plain alternative: Pillow and ONNX Runtime in one process, as anyone would write it."""

import io
import time
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image


class PlainModel:
    """A model.onnx of a bundle."""

    def __init__(self, path: Path, *, threads: int) -> None:
        """Load it; 0 threads are ONNX Runtime's default."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def classify(self, image: bytes) -> np.ndarray:
        """Return the probabilities of an encoded image, float32 [K]."""
        pixels_HWC = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))
        return np.asarray(self._session.run(["probabilities"], {"image": pixels_HWC[None]})[0][0])

    def measure(self, images: list[bytes], *, seconds: float) -> float:
        """Return images a second, one after the other."""
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            self.classify(images[count % len(images)])
            count += 1
        return count / (time.perf_counter() - started)
