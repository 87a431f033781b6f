"""Run torch.export and check that the model has the shape that can be mapped: one image batch in, one tensor out."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.export.graph_signature import OutputKind, TensorArgument

from trainers.export.torch_to_tf.errors import UnsupportedModelError
from trainers.export.torch_to_tf.evaluation import evaluation_mode
from trainers.export.torch_to_tf.export_failure import explain
from trainers.export.torch_to_tf.free_sizes import (
    NEEDS_FIXED_SIZE,
    ImageShape,
    dynamic_axes,
    example_shape,
    has_free_size,
    single_pixels_allowed,
)
from trainers.export.torch_to_tf.module_checks import (
    check_parts,
    check_takes_one_tensor,
    takes_any_number,
    weight_dtype,
)
from trainers.export.torch_to_tf.program import Program
from trainers.export.torch_to_tf.symbolic import static_shape

_EXAMPLE_BATCH_SIZE = 2
"""torch.export takes batches of 0 and 1 for fixed sizes."""


def export_program(module: torch.nn.Module, *, input_shape: ImageShape) -> Program:
    """Export a model in evaluation mode, with a free batch size and composite ops kept whole.

    Args:
        module: On the CPU, in float32 or float64. Its training flags are restored afterwards.
        input_shape: C, H, W of the images; None leaves a height or width free.

    Raises:
        UnsupportedModelError: The model takes or returns anything but one tensor, changes its buffers, depends on
            values or on a fixed batch size, height or width that is to be free, or lives on another device or in half
            precision.
    """
    check_parts(module)
    dtype = weight_dtype(module)
    example = torch.zeros(_EXAMPLE_BATCH_SIZE, *example_shape(input_shape), dtype=dtype)
    check_takes_one_tensor(module, example)
    free_axes = {0: torch.export.Dim("batch", min=1), **dynamic_axes(input_shape)}
    with evaluation_mode(module), torch.no_grad(), single_pixels_allowed(input_shape):
        try:
            exported = _export(module, example, free_axes)
        except UnsupportedModelError:
            raise
        except Exception as error:  # forward() may raise anything
            reason = explain(error, module, example, has_free_size=has_free_size(input_shape))
            raise UnsupportedModelError(reason) from error
    _check_keeps_buffers(exported)
    program = Program(exported=exported, input_shape=input_shape, dtype=dtype)
    _check_leaves_size_free(program)
    return program


def check_keeps_batch(program: Program) -> None:
    """Refuse an output that has the same shape for any number of images.

    Raises:
        UnsupportedModelError: No extent of the output depends on the batch size.
    """
    shape = static_shape(program.output_node.meta["val"].shape)
    if None not in shape:
        raise UnsupportedModelError(
            f"forward() returns a tensor of shape {tuple(shape)} for a batch of any size; return one row for each "
            "image, not a loss, a constant or a mean over the batch."
        )


def _export(
    module: torch.nn.Module, example: torch.Tensor, free_axes: Mapping[int, Any]
) -> torch.export.ExportedProgram:
    images: tuple[object, ...] = (free_axes,)
    exported = torch.export.export(module, (example,), dynamic_shapes=(images,) if takes_any_number(module) else images)
    _check_returns_one_tensor(exported)
    # An empty table makes the graph functional and leaves linear, layer_norm and the like in one piece.
    return exported.run_decompositions({})


def _check_keeps_buffers(exported: torch.export.ExportedProgram) -> None:
    signature = exported.graph_signature
    if signature.buffers_to_mutate:
        names = ", ".join(sorted(signature.buffers_to_mutate.values()))
        raise UnsupportedModelError(
            f"forward() changes these buffers in evaluation mode: {names}. "
            "A served model keeps no state between requests; change them only while self.training is true."
        )


def _check_leaves_size_free(program: Program) -> None:
    symbols = program.size_symbols
    if len(set(symbols)) != program.input_shape.count(None) or not all(symbol.is_Symbol for symbol in symbols):
        shape = tuple(program.input_node.meta["val"].shape)
        raise UnsupportedModelError(f"forward() takes images of the shape {shape} only, so {NEEDS_FIXED_SIZE}.")


def _check_returns_one_tensor(exported: torch.export.ExportedProgram) -> None:
    specs = exported.graph_signature.output_specs
    results = [spec.arg for spec in specs if spec.kind is OutputKind.USER_OUTPUT]
    is_one = len(results) == 1 and exported.call_spec.out_spec.is_leaf()
    if not is_one or not isinstance(results[0], TensorArgument):
        raise UnsupportedModelError(
            "forward() has to return exactly one tensor, not a tuple, list, dict or number. "
            "Wrap the model in a module that returns the tensor to serve."
        )
