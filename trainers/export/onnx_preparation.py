"""ONNX nodes that prepare images as the Transform graph does: channels first, resized, normalised.

Shape letters: N images, H, W height and width, C colours, S side of the square in pixels.
"""

import onnx
from onnx import TensorProto, helper

from trainers import features
from trainers.normalization import Normalization

PREPARED = "prepared"
"""Name of the result, float32 [N, C, S, S]."""


def preparation_graph(*, image_size_pixels: int, normalization: Normalization, antialias: bool) -> onnx.GraphProto:
    """Make the nodes from `image`, uint8 [N, H, W, C], 0..255, to `prepared`, float32 [N, C, S, S], standardised.

    Args:
        image_size_pixels: the side S.
        normalization: scale and offset of each colour.
        antialias: whether the resize antialiases when it makes images smaller.

    Returns:
        A graph with nodes and weights, to be joined into a model; it names no inputs or outputs of its own.
    """
    # All four target sizes and not `axes`: ONNX Runtime moves the transpose behind the resize and loses the axes then.
    nodes = [
        helper.make_node("Transpose", ["image"], ["image_first"], name="channels_first", perm=[0, 3, 1, 2]),
        helper.make_node("Cast", ["image_first"], ["levels"], name="to_float", to=TensorProto.FLOAT),
        helper.make_node("Shape", ["image"], ["batch"], name="batch_size", start=0, end=1),
        helper.make_node("Concat", ["batch", "resized_extents"], ["resized_shape"], name="resized_shape", axis=0),
        helper.make_node(
            "Resize",
            ["levels", "", "", "resized_shape"],
            ["resized"],
            name="resize",
            mode="linear",
            coordinate_transformation_mode="half_pixel",
            antialias=int(antialias),
            # TensorFlow leaves pixels beyond the border out of an antialiased mean, where ONNX repeats the border.
            exclude_outside=int(antialias),
        ),
        helper.make_node("Mul", ["resized", "scale"], ["scaled"], name="scale"),
        helper.make_node("Add", ["scaled", "offset"], [PREPARED], name="shift"),
    ]
    extents = [features.COLOR_CHANNELS, image_size_pixels, image_size_pixels]
    weights = [
        helper.make_tensor("resized_extents", TensorProto.INT64, [3], extents),
        helper.make_tensor("scale", TensorProto.FLOAT, [features.COLOR_CHANNELS, 1, 1], normalization.scale_C),
        helper.make_tensor("offset", TensorProto.FLOAT, [features.COLOR_CHANNELS, 1, 1], normalization.offset_C),
    ]
    return onnx.GraphProto(name="preparation", node=nodes, initializer=weights)
