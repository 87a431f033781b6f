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
        ModelExportError: the exporter left operators that are not ONNX's own.
        torch.onnx.errors.OnnxExporterError: the module cannot be exported; the message names the place.
    """
    example_NCHW = torch.zeros(_EXAMPLE_BATCH, *input_shape)
    program = torch.onnx.export(
        copy.deepcopy(module).cpu().eval(),
        (example_NCHW,),
        dynamo=True,
        opset_version=OPSET,
        input_names=[PIXELS],
        output_names=[LOGITS],
        dynamic_shapes=({0: torch.export.Dim("N")},),
        external_data=False,
        verbose=False,
    )
    return strip_core(program.model_proto)


def convert_program(exported: torch.export.ExportedProgram) -> onnx.ModelProto:
    """Convert an exported module as it is, with the extents free that it has free; see `export_torch_core`.

    Raises:
        ModelExportError: torch's exporter cannot convert it with these free extents, or not to operators of ONNX's own.
    """
    try:
        program = torch.onnx.export(
            exported,
            dynamo=True,
            opset_version=OPSET,
            input_names=[PIXELS],
            output_names=[LOGITS],
            external_data=False,
            verbose=False,
        )
    except torch.onnx.errors.OnnxExporterError as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise ModelExportError(
            "torch's ONNX exporter needs a fixed height and width for this model: give them in input_shape. "
            f"It says: {reason}"
        ) from error
    return strip_core(program.model_proto)
