"""Export one PyTorch module; see `trainers.export.standalone`.

Shape letters: N images, H, W height and width, C channels.
"""

from pathlib import Path

# Before what loads TensorFlow: this package loads torch and what crashes after it.
from trainers.export.torch_to_tf import map_module  # isort: skip

import numpy as np
import numpy.typing as npt
import torch

from trainers.export import image_onnx, image_saved_model
from trainers.export.onnx_torch import export_program_core
from trainers.export.self_check import Predict, SelfCheck, check_equal
from trainers.export.torch_to_tf.evaluation import evaluation_mode, in_float32
from trainers.export.torch_to_tf.program_export import check_keeps_batch, export_program

Shape = tuple[int, int, int]


def export_saved_model(module: torch.nn.Module, directory: Path, input_shape: Shape, tolerance: float) -> SelfCheck:
    """Save, load and compare; see `standalone.export_saved_model`."""
    mapped = map_module(in_float32(module), input_shape=input_shape)
    image_saved_model.write_image_saved_model(
        directory, function=mapped, tracked=mapped, image_shape_HWC=mapped.input_shape
    )
    exported = image_saved_model.load_predict(directory)
    return _check(module, exported, input_shape, tolerance, "the SavedModel")


def export_onnx(module: torch.nn.Module, path: Path, input_shape: Shape, tolerance: float) -> SelfCheck:
    """Write, run and compare; see `standalone.export_onnx`."""
    # The same program as for the SavedModel, so that a model is refused in the same words.
    program = export_program(in_float32(module), input_shape=input_shape)
    check_keeps_batch(program)
    core = export_program_core(program.exported)
    image_onnx.write_image_onnx(path, core, image_shape_HWC=_channels_last(input_shape))
    return _check(module, image_onnx.load_predict(path), input_shape, tolerance, "the ONNX file")


def _check(module: torch.nn.Module, exported: Predict, input_shape: Shape, tolerance: float, what: str) -> SelfCheck:
    module = in_float32(module)

    def predict(images_NHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.generic]:
        # Laid out as images in torch are: forward() may call view(), which depends on that, or change them in place.
        images_NCHW = torch.from_numpy(images_NHWC).permute(0, 3, 1, 2).clone(memory_format=torch.contiguous_format)
        with evaluation_mode(module), torch.no_grad():
            output: npt.NDArray[np.generic] = module(images_NCHW).numpy()
            return output

    return check_equal(predict, exported, image_shape_HWC=_channels_last(input_shape), tolerance=tolerance, what=what)


def _channels_last(input_shape: Shape) -> Shape:
    channels, height, width = input_shape
    return height, width, channels
