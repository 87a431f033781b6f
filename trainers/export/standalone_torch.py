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
from trainers.export.errors import ModelExportError
from trainers.export.image_sizes import ImageShape, ImageSizes, trial_sizes
from trainers.export.onnx_torch import export_program_core
from trainers.export.self_check import Predict, SelfCheck, check_equal
from trainers.export.torch_to_tf.accepted_sizes import accepted_sizes
from trainers.export.torch_to_tf.evaluation import evaluation_mode, in_float32
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE, has_free_size
from trainers.export.torch_to_tf.free_sizes import ImageShape as TorchShape
from trainers.export.torch_to_tf.program_export import check_keeps_batch, export_program

channel_axis = 0


def export_saved_model(
    module: torch.nn.Module, directory: Path, input_shape: TorchShape, tolerance: float
) -> SelfCheck:
    """Save, load and compare; see `standalone.export_saved_model`."""
    image_shape_HWC, sizes = _write_saved_model(module, directory, input_shape)
    exported = image_saved_model.load_predict(directory)
    return _check(module, exported, image_shape_HWC, sizes, tolerance=tolerance, what="the SavedModel")


def _write_saved_model(
    module: torch.nn.Module, directory: Path, input_shape: TorchShape
) -> tuple[ImageShape, ImageSizes | None]:
    """Map and save; what is mapped is gone afterwards, before the file is loaded: each takes the weights' memory."""
    mapped = map_module(in_float32(module), input_shape=input_shape)
    image_saved_model.write_image_saved_model(
        directory, function=mapped, tracked=mapped, image_shape_HWC=mapped.input_shape
    )
    return mapped.input_shape, mapped.sizes


def export_onnx(module: torch.nn.Module, path: Path, input_shape: TorchShape, tolerance: float) -> SelfCheck:
    """Write, run and compare; see `standalone.export_onnx`."""
    channels, height, width = input_shape
    image_shape_HWC = (height, width, channels)
    # The same program as for the SavedModel, so that a model is refused in the same words.
    program = export_program(in_float32(module), input_shape=input_shape)
    check_keeps_batch(program)
    try:
        core = export_program_core(program.exported)
    except ModelExportError as error:
        if has_free_size(input_shape):
            raise ModelExportError(f"{error}. Perhaps {NEEDS_FIXED_SIZE}.") from error
        raise
    # Afterwards, since the conversion may add conditions of its own.
    sizes = accepted_sizes(program)
    image_onnx.write_image_onnx(path, core, image_shape_HWC=image_shape_HWC, sizes=sizes)
    return _check(
        module, image_onnx.load_predict(path), image_shape_HWC, sizes, tolerance=tolerance, what="the ONNX file"
    )


def _check(
    module: torch.nn.Module,
    exported: Predict,
    image_shape_HWC: ImageShape,
    sizes: ImageSizes | None,
    *,
    tolerance: float,
    what: str,
) -> SelfCheck:
    module = in_float32(module)

    def predict(images_NHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.generic]:
        # Laid out as images in torch are: forward() may call view(), which depends on that, or change them in place.
        images_NCHW = torch.from_numpy(images_NHWC).permute(0, 3, 1, 2).clone(memory_format=torch.contiguous_format)
        with evaluation_mode(module), torch.no_grad():
            output: npt.NDArray[np.generic] = module(images_NCHW).numpy()
            return output

    trials = () if sizes is None else trial_sizes(lambda size: all(sizes.accept(pixels) for pixels in size))
    if trials is None:
        raise ModelExportError(
            f"{what} is not checked, since the model takes unusual sizes alone: {sizes}; fix the size."
        )
    return check_equal(predict, exported, image_shape_HWC=image_shape_HWC, tolerance=tolerance, what=what, sizes=trials)
