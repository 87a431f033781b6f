"""A SavedModel of one image function: `image` in, `output` out.

Shape letters: N images, H, W height and width, C channels.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.export.errors import ModelExportError
from trainers.export.image_sizes import ImageShape
from trainers.export.saved_model import SERVING_SIGNATURE, HasVariables
from trainers.export.self_check import Predict

IMAGE = "image"
OUTPUT = "output"


def write_image_saved_model(
    directory: Path,
    *,
    function: Callable[[tf.Tensor], tf.Tensor],
    tracked: HasVariables,
    image_shape_HWC: ImageShape,
) -> None:
    """Save a function from float32 images [N, H, W, C], N free, to one tensor.

    Args:
        directory: Folder to write.
        function: What to save.
        tracked: Owner of the variables that the function uses.
        image_shape_HWC: Shape of one image; None is a free height or width.

    Raises:
        ModelExportError: The function does not give one tensor.
    """

    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        output = function(image)
        if not tf.is_tensor(output):
            raise ModelExportError(f"the model must give one tensor, but gives {type(output).__name__}; wrap it.")
        return {OUTPUT: output}

    module = tf.Module(name="image_model")
    # The variables and not their owner: a Keras model would drag its training functions into the file.
    module.model_variables = list(tracked.variables)
    module.serve = tf.function(
        serve, input_signature=[tf.TensorSpec([None, *image_shape_HWC], tf.float32, name=IMAGE)], autograph=False
    )
    tf.saved_model.save(module, str(directory), signatures={SERVING_SIGNATURE: module.serve})


def load_predict(directory: Path) -> Predict:
    """Return the saved function, from float32 images [N, H, W, C] to outputs, on numpy arrays."""
    loaded = tf.saved_model.load(str(directory))
    signature = loaded.signatures[SERVING_SIGNATURE]

    def predict(images_NHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.generic]:
        # The signature alone does not keep the loaded variables alive.
        assert loaded is not None  # noqa: S101
        output: npt.NDArray[np.generic] = signature(**{IMAGE: tf.constant(images_NHWC)})[OUTPUT].numpy()
        return output

    return predict
