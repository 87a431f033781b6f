"""Ask an ONNX file in ONNX Runtime, in batches of images that share a size.

Shape letters: N images, H, W height and width, C colours, K classes.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from components.errors import GateError
from components.parity.comparison import Probabilities
from components.parity.decoding import Pixels
from serving.onnx_runtime import load_onnx_runtime
from trainers.export.onnx_file import IMAGE, PROBABILITIES

_ERRORS_ONLY = 3
"""ONNX Runtime's log level for errors."""


class OnnxFileUnderTest:
    """An ONNX file as a server sees it.

    Attributes:
        class_names: names in the order of the outputs, as the file's metadata has them.
    """

    def __init__(self, path: Path) -> None:
        """Load the file on the CPU.

        Raises:
            GateError: there is no such file.
        """
        if not path.is_file():
            raise GateError(f"{path}: there is no ONNX file to compare; export it first.")
        onnxruntime = load_onnx_runtime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.class_names = tuple(json.loads(metadata.get("class_names", "[]")))

    def predict(self, images: Sequence[Pixels], *, batch_size: int) -> Probabilities:
        """Classify decoded images, each uint8 [H, W, C], and return probabilities, float32 [N, K], in their order.

        Images of one size share batches of exactly `batch_size`; the last one is filled up with repeats, so that the
        batch size is really tested even when every image has its own size.
        """
        answers: dict[int, Probabilities] = {}
        for positions in _group_by_size(images):
            for start in range(0, len(positions), batch_size):
                batch = positions[start : start + batch_size]
                filled = np.resize(batch, batch_size)
                pixels_NHWC = np.stack([images[position] for position in filled])
                answers.update(zip(batch, self.run(pixels_NHWC), strict=False))
        return np.stack([answers[position] for position in range(len(images))])

    def run(self, pixels_NHWC: Pixels) -> Probabilities:
        """Classify one batch, uint8 [N, H, W, C], 0..255."""
        probabilities_NK: Probabilities = self._session.run([PROBABILITIES], {IMAGE: pixels_NHWC})[0]
        return probabilities_NK


def _group_by_size(images: Sequence[Pixels]) -> list[list[int]]:
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position, image_HWC in enumerate(images):
        groups[image_HWC.shape].append(position)
    return list(groups.values())
