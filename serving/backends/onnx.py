"""Runs a bundle's model.onnx with ONNX Runtime; loads neither TensorFlow nor torch.

Shape letters: N images, H, W height and width, C colours, K classes.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from serving.backends.base import MAX_DECODED_BYTES, Answers, Image, Probabilities
from serving.images import DEFAULT_MAX_PIXELS, Pixels, UnusableImageError, decode_image
from serving.onnx_runtime import load_onnx_runtime

_OUTPUTS = ["probabilities"]
_ERRORS_ONLY = 3
"""ONNX Runtime's log level for errors."""


class OnnxBackend:
    """Decodes with Pillow and classifies with ONNX Runtime on the CPU."""

    name = "onnx"
    takes_pixels = True

    def __init__(self, path: Path, *, threads: int, max_pixels: int = DEFAULT_MAX_PIXELS) -> None:
        """Load an ONNX file whose input is `image` and whose output is `probabilities`.

        Args:
            path: The file.
            threads: Threads that one call may use; 0 takes all cores.
            max_pixels: Largest height x width that is decoded.
        """
        onnxruntime = load_onnx_runtime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = threads
        # Threads that spin after a call take the cores from decoding and from the network.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._max_pixels = max_pixels
        # Calls that each use several threads would only push each other off the cores; meanwhile others decode.
        self._turn: AbstractContextManager[object] = threading.Lock() if threads != 1 else nullcontext()

    def classify(self, images: Sequence[Image]) -> Answers:
        """Return an answer for each image; images of one size go through the model together."""
        if len(images) == 1:
            return self._classify_one(images[0])
        batch = _Batch(self._run, len(images))
        for position, image in enumerate(images):
            batch.add(position, image, max_pixels=self._max_pixels)
        return batch.finish()

    def _classify_one(self, image: Image) -> Answers:
        """Do what `_Batch` does without its book-keeping, which takes a part of what a small model takes."""
        started = time.perf_counter()
        try:
            pixels_HWC = decode_image(image, max_pixels=self._max_pixels) if isinstance(image, bytes) else image
        except UnusableImageError as error:
            return Answers([error], time.perf_counter() - started, 0.0)
        decoded = time.perf_counter()
        probabilities_1K = self._run(pixels_HWC[np.newaxis])
        return Answers([probabilities_1K[0]], decoded - started, time.perf_counter() - decoded)

    def _run(self, pixels_NHWC: Pixels) -> Any:
        """Return float32 [N, K]."""
        with self._turn:
            return self._session.run(_OUTPUTS, {"image": pixels_NHWC})[0]

    def close(self) -> None:
        """Let go of the session; its memory goes with it."""
        self._session = None


class _Batch:
    """One call of `classify`: collects pixels by size, runs them, and measures both."""

    def __init__(self, run: Callable[[Pixels], Any], images: int) -> None:
        self._model = run
        self._results: list[Probabilities | UnusableImageError | None] = [None] * images
        self._waiting: dict[tuple[int, ...], list[tuple[int, Pixels]]] = defaultdict(list)
        self._waiting_bytes = 0
        self._decode_seconds = self._model_seconds = 0.0

    def add(self, position: int, image: Image, *, max_pixels: int) -> None:
        """Decode one image; run what waits when it has become much."""
        started = time.perf_counter()
        try:
            pixels_HWC = decode_image(image, max_pixels=max_pixels) if isinstance(image, bytes) else image
        except UnusableImageError as error:
            self._results[position] = error
            return
        finally:
            self._decode_seconds += time.perf_counter() - started
        self._waiting[pixels_HWC.shape].append((position, pixels_HWC))
        self._waiting_bytes += pixels_HWC.nbytes
        if self._waiting_bytes > MAX_DECODED_BYTES:
            self._run()

    def finish(self) -> Answers:
        """Run the rest and return all answers."""
        self._run()
        results = [result for result in self._results if result is not None]
        return Answers(results, self._decode_seconds, self._model_seconds)

    def _run(self) -> None:
        """Run the model once for each size of image, since the images of a tensor share one."""
        started = time.perf_counter()
        for same_size in self._waiting.values():
            stack = [pixels_HWC for _, pixels_HWC in same_size]
            probabilities_NK = self._model(np.stack(stack))
            for (position, _), probabilities_K in zip(same_size, probabilities_NK, strict=True):
                self._results[position] = probabilities_K
        self._waiting.clear()
        self._waiting_bytes = 0
        self._model_seconds += time.perf_counter() - started
