"""Export one image model by itself, without a pipeline: a SavedModel or an ONNX file, checked before this returns.

Both files take `image`, float32 [N, H, W, C] with N free, and on request H and W, and give `output`. Pixels are what
the model was trained on; no preprocessing is added.
"""

import importlib
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, cast

from trainers.export.errors import ModelExportError
from trainers.export.self_check import TOLERANCE, SelfCheck

_EXPORTERS = {
    "torch.nn.modules.module": "trainers.export.standalone_torch",
    "keras.src.models.model": "trainers.export.standalone_keras",
}
"""Module of a framework's model class to the module that exports it; by name, so that only that framework is loaded."""

_IMAGE_AXES = 3

Shape = tuple[int | None, int | None, int | None]
"""Shape of one example in the model's own layout; None is a free height or width."""


class _Exporter(Protocol):
    channel_axis: int
    """Which of the three is the number of channels."""

    def export_saved_model(self, model: Any, directory: Path, input_shape: Shape, tolerance: float) -> SelfCheck: ...

    def export_onnx(self, model: Any, path: Path, input_shape: Shape, tolerance: float) -> SelfCheck: ...


def export_saved_model(
    model: Any, directory: str | PathLike[str], *, input_shape: Shape, tolerance: float = TOLERANCE
) -> SelfCheck:
    """Save a model as a SavedModel of plain TensorFlow ops with `tf.Variable` weights, load it and compare it.

    Its signature `serving_default` takes `image`, float32 [N, H, W, C], and gives `output`, what the model returns.
    A torch module is exported in evaluation mode, as it stands on the CPU; one in half precision is exported with the
    same weights and computes in float32.

    Args:
        model: A `keras.Model` or a `torch.nn.Module` that takes one image batch and returns one tensor.
        directory: Folder to write; existing files of a SavedModel are overwritten.
        input_shape: Shape of one example in the model's own layout: H, W, C for Keras, C, H, W for torch. None for H
            and W leaves them free, for fully convolutional models: (3, None, None) in torch.
        tolerance: Greatest allowed difference from the model, relative to the range of its outputs.

    Returns:
        The differences that were found.

    Raises:
        ModelExportError: This is no such model, or what was saved differs from it by more than the tolerance.
        UnsupportedModelError: Parts of a torch module have no exact mapping; all of them are listed.
    """
    exporter = _exporter_of(model)
    return exporter.export_saved_model(model, Path(directory), _checked_shape(input_shape, exporter), tolerance)


def export_onnx(
    model: Any, path: str | PathLike[str], *, input_shape: Shape, tolerance: float = TOLERANCE
) -> SelfCheck:
    """Write a model as an ONNX file, run it in ONNX Runtime and compare it.

    The file has the input `image`, float32 [N, H, W, C], and the output `output`. Weights beyond protobuf's 2 GB go
    into `<path>.data` beside it.

    Args:
        model: See `export_saved_model`.
        path: File to write.
        input_shape: See `export_saved_model`.
        tolerance: See `export_saved_model`.

    Returns:
        The differences that were found.

    Raises:
        ModelExportError: This is no such model, plain ONNX cannot carry it, or the file differs from the model.
        UnsupportedModelError: A torch module takes or returns something else, or torch.export cannot follow it.
    """
    exporter = _exporter_of(model)
    return exporter.export_onnx(model, Path(path), _checked_shape(input_shape, exporter), tolerance)


def _exporter_of(model: Any) -> _Exporter:
    for parent in type(model).__mro__:
        exporter = _EXPORTERS.get(parent.__module__)
        if exporter is not None:
            return cast(_Exporter, importlib.import_module(exporter))
    raise ModelExportError(
        f"the model must be a keras.Model or a torch.nn.Module, but is {type(model).__module__}.{type(model).__name__}."
    )


def _checked_shape(input_shape: Shape, exporter: _Exporter) -> Shape:
    extents = tuple(input_shape)
    fits = len(extents) == _IMAGE_AXES and all(
        (isinstance(extent, int) and extent > 0) or (extent is None and axis != exporter.channel_axis)
        for axis, extent in enumerate(extents)
    )
    if not fits:
        raise ModelExportError(
            f"input_shape must be three positive numbers without the batch: H, W, C for Keras or C, H, W for torch; "
            f"None for H or W leaves that free. Got {input_shape}."
        )
    return cast(Shape, extents)
