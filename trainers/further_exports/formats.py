"""The formats that can be asked for by `train.exports`; imports nothing heavy, for the configuration names them."""

from typing import Literal

from trainers.framework import Framework

ExportFormat = Literal["keras", "pt2", "tflite"]
"""Keras' own archive, torch.export's archive, or TFLite in float32."""

FILE_NAMES: dict[ExportFormat, str] = {"keras": "model.keras", "pt2": "model.pt2", "tflite": "model.tflite"}
"""Where in the bundle each lies."""
_FRAMEWORKS: dict[ExportFormat, Framework] = {"keras": "keras", "pt2": "pytorch"}


def formats_of(framework: Framework, wanted: tuple[ExportFormat, ...]) -> tuple[ExportFormat, ...]:
    """Return those of the wanted formats that a framework's models come in, each once, in order."""
    return tuple(name for name in dict.fromkeys(wanted) if _FRAMEWORKS.get(name, framework) == framework)
