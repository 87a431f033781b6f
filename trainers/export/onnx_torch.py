"""PyTorch module to ONNX core, by torch.onnx's exporter on top of torch.export.

The older exporter, which traces TorchScript, is quicker (about 1 s against 5 to 20) and just as exact on small CNNs.
But torch deprecates it, and a trace follows one path through Python branches without a word, where torch.export
refuses the model; it is also the program that the TensorFlow mapping starts from.
Shape letters: N images, C colours, H, W height and width in pixels, K classes.
"""

import copy

import onnx
import torch

from trainers.export.errors import ModelExportError
from trainers.export.onnx_core import LOGITS, OPSET, PIXELS, strip_core

_EXAMPLE_BATCH = 2
"""torch.export takes sizes of 0 and 1 for constants; two leaves the batch free."""


def export_torch_core(module: torch.nn.Module, *, input_shape: tuple[int, int, int]) -> onnx.ModelProto:
    """Convert a PyTorch module to ONNX in inference mode, on the CPU; the module itself is left as it is.

    Args:
        module: float32 pixels [N, C, H, W] to float32 logits [N, K], on any device and in any mode.
        input_shape: C, H, W.

    Returns:
        A model with the input `pixels`, float32 [N, C, H, W], and the output `logits`, float32 [N, K].

    Raises:
        ModelExportError: The module cannot be exported; the message names what is in the way.
    """
    example_NCHW = torch.zeros(_EXAMPLE_BATCH, *input_shape)
    batch = ({0: torch.export.Dim("N")},)
    return _convert(copy.deepcopy(module).cpu().eval(), (example_NCHW,), dynamic_shapes=batch)


def export_program_core(program: torch.export.ExportedProgram) -> onnx.ModelProto:
    """Convert what torch.export made of such a module, with the extents free that it has free.

    Raises:
        ModelExportError: See `export_torch_core`.
    """
    return _convert(program, ())


def _convert(
    model: torch.nn.Module | torch.export.ExportedProgram,
    images: tuple[torch.Tensor, ...],
    *,
    dynamic_shapes: tuple[dict[int, torch.export.Dim], ...] | None = None,
) -> onnx.ModelProto:
    import onnxscript  # noqa: F401  torch.onnx.export does it unseen; a step's key knows packages by the imports in our code

    try:
        converted = torch.onnx.export(
            model,
            images,
            dynamo=True,
            opset_version=OPSET,
            input_names=[PIXELS],
            output_names=[LOGITS],
            dynamic_shapes=dynamic_shapes,
            external_data=False,
            verbose=False,
        )
    except torch.onnx.errors.OnnxExporterError as error:
        raise ModelExportError(f"torch's ONNX exporter cannot carry the model: {_root(error)}") from error
    return strip_core(converted.model_proto)


def _root(error: BaseException) -> str:
    """Return the first line of the error that the others are about; the exporter's own message is a page long."""
    while error.__cause__ is not None:
        error = error.__cause__
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
