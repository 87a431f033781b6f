"""The ONNX file of a bundle: decoded images of any size in, probabilities out, the preprocessing inside.

Shape letters: N images, H, W their height and width, C colours, S side of the core's input in pixels, K classes.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from trainers import features
from trainers.export.errors import ModelExportError
from trainers.export.normalization import read_normalization
from trainers.export.onnx_core import IR_VERSION, OPSET
from trainers.export.onnx_preparation import PREPARED, preparation_graph
from trainers.export.resizing import read_antialiasing
from trainers.export.transform_graph import TransformGraph

IMAGE = "image"
PROBABILITIES = "probabilities"


def write_onnx_file(
    path: Path, *, core: onnx.ModelProto, transform_graph_dir: Path, class_names: Sequence[str], framework: str
) -> None:
    """Put the Transform graph's resize and normalisation before the core and a softmax behind it; check and save.

    The file has the input `image`, uint8 [N, H, W, C], RGB, 0..255, with N, H and W free, and the output
    `probabilities`, float32 [N, K]. Its metadata: `class_names` as JSON, `framework`, `image_size_pixels`,
    `antialias`, `scale`, `offset`.

    Args:
        path: file to write; all weights go inside.
        core: float32 pixels [N, C, S, S] to float32 logits [N, K], as the two exporters give it.
        transform_graph_dir: output of the Transform component, where resize and normalisation are read off.
        class_names: names in the order of the logits.
        framework: what trained the model, `keras` or `pytorch`.

    Raises:
        ModelExportError: the core's input or output does not fit the Transform graph or the class names.
        TransformGraphError: the Transform graph does something that the ONNX file cannot repeat.
        onnx.checker.ValidationError: the composed model breaks a rule of ONNX.
    """
    graph = TransformGraph(transform_graph_dir)
    normalization = read_normalization(graph)
    antialias = read_antialiasing(graph, normalization)
    _check_core(core, image_size_pixels=graph.image_size_pixels, classes=len(class_names))
    preparation = preparation_graph(
        image_size_pixels=graph.image_size_pixels, normalization=normalization, antialias=antialias
    )
    composed = _compose(preparation, core, classes=len(class_names))
    helper.set_model_props(
        composed,
        {
            "class_names": json.dumps(list(class_names), ensure_ascii=False),
            "framework": framework,
            "image_size_pixels": str(graph.image_size_pixels),
            "antialias": json.dumps(antialias),
            "scale": json.dumps(normalization.scale_C),
            "offset": json.dumps(normalization.offset_C),
        },
    )
    onnx.checker.check_model(composed, full_check=True)
    onnx.save(composed, path)


def _compose(preparation: onnx.GraphProto, core: onnx.ModelProto, *, classes: int) -> onnx.ModelProto:
    prefixed = onnx.compose.add_prefix(core, "core/").graph
    core_input, core_output = prefixed.input[0].name, prefixed.output[0].name
    # A bridge instead of a rename: the prefixed name may stand in any number of nodes.
    bridge = helper.make_node("Identity", [PREPARED], [core_input], name="bridge")
    softmax = helper.make_node("Softmax", [core_output], [PROBABILITIES], name="softmax", axis=-1)
    graph = helper.make_graph(
        nodes=[*preparation.node, bridge, *prefixed.node, softmax],
        name="classifier",
        inputs=[helper.make_tensor_value_info(IMAGE, TensorProto.UINT8, ["N", "H", "W", features.COLOR_CHANNELS])],
        outputs=[helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, ["N", classes])],
        initializer=[*preparation.initializer, *prefixed.initializer],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="tandem"
    )


def _check_core(core: onnx.ModelProto, *, image_size_pixels: int, classes: int) -> None:
    """Compare the fixed extents of the core's only input and output with what surrounds it."""
    weights = {tensor.name for tensor in core.graph.initializer}
    inputs = [_extents(value) for value in core.graph.input if value.name not in weights]
    outputs = [_extents(value) for value in core.graph.output]
    expected_input = [features.COLOR_CHANNELS, image_size_pixels, image_size_pixels]
    if [extents[1:] for extents in inputs] != [expected_input] or [extents[1:] for extents in outputs] != [[classes]]:
        raise ModelExportError(
            f"the ONNX core must map [N, {', '.join(map(str, expected_input))}] to [N, {classes}], but maps {inputs} "
            f"to {outputs}; build the model for the Transform graph's image size and number of classes."
        )
    if inputs[0][0] is not None:
        raise ModelExportError(
            f"the ONNX core takes batches of {inputs[0][0]} images only; export it with a free batch axis."
        )


def _extents(value: onnx.ValueInfoProto) -> list[int | None]:
    dimensions = value.type.tensor_type.shape.dim
    return [dimension.dim_value if dimension.HasField("dim_value") else None for dimension in dimensions]
