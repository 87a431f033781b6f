"""Sizes of the built-in models, shared so that the Keras and the PyTorch version are the same network.

Both are all-convolutional and end in a global average, so one set of weights shapes fits every image size. They
halve the image by 2x2 max pooling and never by strides: the frameworks pad a strided convolution differently.
Convolutions are 3x3 with padding 1, have no bias and are followed by batch normalisation.

Initial values: He uniform, U(-a, a) with a = sqrt(6 / fan_in), for convolutions; Glorot uniform, a = sqrt(6 /
(fan_in + fan_out)), for the last layer; biases zero.
"""

from typing import NamedTuple

from trainers.errors import ModelSourceError

BUILT_IN_MODELS = ("cnn", "resnet")
"""Names that a configuration may give as its model."""

BATCH_NORM_EPSILON = 1e-5
"""Added to the variance before the square root."""
BATCH_NORM_DECAY = 0.9
"""Share of the running mean and variance that a training step keeps; PyTorch's `momentum` is 1 minus this."""

CNN_WIDTHS = (16, 32, 64, 128)
"""Channels of the convolutions of `cnn`; a pooling layer follows each but the last. For images of 16 to 64 px."""


class ResidualStage(NamedTuple):
    """Residual blocks at one resolution."""

    width: int
    """Channels out of every block."""
    blocks: int
    """Number of blocks; the first one widens the shortcut with a 1x1 convolution where the width changes."""


RESNET_STEM_WIDTH = 16
"""Channels of the convolution that `resnet` begins with; a pooling layer follows it."""
RESNET_STAGES = (ResidualStage(32, 1), ResidualStage(64, 1), ResidualStage(128, 1), ResidualStage(256, 1))
"""Stages of `resnet`, a pooling layer between each two. For images of 32 to 128 px."""

SMALLEST_IMAGE_PIXELS = {"cnn": 2 ** (len(CNN_WIDTHS) - 1), "resnet": 2 ** len(RESNET_STAGES)}
"""Side below which pooling would leave nothing of the image, for each built-in model."""


def check_image_size(name: str, image_shape: tuple[int, int, int]) -> None:
    """Check that images (height, width, channels) are large enough for a built-in model.

    Raises:
        ModelSourceError: Pooling would leave nothing of the image.
    """
    smallest = SMALLEST_IMAGE_PIXELS[name]
    if min(image_shape[:2]) < smallest:
        raise ModelSourceError(
            f"model {name!r} needs images of {smallest} pixels a side or more; they are "
            f"{image_shape[0]} x {image_shape[1]}. Raise image_size_pixels."
        )
