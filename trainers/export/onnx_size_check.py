"""Nodes that let an ONNX file fail at heights and widths at which it might answer wrongly: ONNX has no assertion."""

import onnx
from onnx import TensorProto, helper

from trainers.export.image_sizes import ImageShape, ImageSizes


def size_checks(source: str, checked: str, image_shape_HWC: ImageShape, sizes: ImageSizes) -> list[onnx.NodeProto]:
    """Pass images through if their free heights and widths are accepted.

    Else a position is looked up that does not exist, which runtimes refuse.

    Args:
        source: Name of the images, [N, H, W, C].
        checked: Name of the result.
        image_shape_HWC: Shape of one image; None is free.
        sizes: What is accepted.
    """
    free = [axis for axis, extent in enumerate(image_shape_HWC, start=1) if extent is None]
    same_shape = [0, 0, 0, image_shape_HWC[-1]]
    return [
        _constant("divisor", [sizes.divisor]),
        _constant("least_pixels", [sizes.least_pixels]),
        helper.make_node(
            "Constant",
            [],
            ["same_shape"],
            value=helper.make_tensor("same_shape", TensorProto.INT64, [1, 4], same_shape),
        ),
        helper.make_node("Shape", [source], ["sizes"], start=free[0], end=free[-1] + 1),
        helper.make_node("Mod", ["sizes", "divisor"], ["beyond_multiple"]),
        helper.make_node("Less", ["sizes", "least_pixels"], ["is_small"]),
        helper.make_node("Cast", ["beyond_multiple"], ["is_no_multiple"], to=TensorProto.BOOL),
        helper.make_node("Or", ["is_small", "is_no_multiple"], ["is_refused"]),
        helper.make_node("Cast", ["is_refused"], ["refusals"], to=TensorProto.INT64),
        helper.make_node("ReduceMax", ["refusals"], ["row"], keepdims=0),
        helper.make_node(
            "Gather", ["same_shape", "row"], ["shape"], name=f"the_sizes_taken_are_{sizes}".replace(" ", "_")
        ),
        helper.make_node("Reshape", [source, "shape"], [checked]),
    ]


def _constant(name: str, numbers: list[int]) -> onnx.NodeProto:
    tensor = helper.make_tensor(name, TensorProto.INT64, [len(numbers)], numbers)
    return helper.make_node("Constant", [], [name], value=tensor)
