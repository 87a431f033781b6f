"""Refuse images of a height or width at which a graph may compute something else than the model."""

from collections.abc import Sequence

import tensorflow as tf

from trainers.export.image_sizes import ImageSizes


def check_size(pixels_NHWC: tf.Tensor, image_shape_HWC: Sequence[int | None], sizes: ImageSizes) -> None:
    """Check the free ones of height and width, at once where they are known, else in the graph.

    Raises:
        ValueError: A known size is not accepted.
        InvalidArgumentError: A size is not accepted, found when the graph runs.
    """
    for axis, name in ((1, "height"), (2, "width")):
        if image_shape_HWC[axis - 1] is not None or sizes.are_all:
            continue
        known = pixels_NHWC.shape[axis]
        message = f"the {name} of the images has to be among these: {sizes}; it is"
        if known is None:
            pixels = tf.shape(pixels_NHWC)[axis]
            tf.debugging.Assert(sizes.accept(pixels), [message, pixels])
        elif not sizes.accept(known):
            raise ValueError(f"{message} {known}")
