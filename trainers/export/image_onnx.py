"""An ONNX file of one image function: `image`, float32 [N, H, W, C], in, `output` out.

Shape letters: N images, H, W height and width, C channels.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from serving.onnx_runtime import load_onnx_runtime
from trainers.export.image_sizes import ImageShape, ImageSizes
from trainers.export.onnx_core import IR_VERSION, LOGITS, OPSET, PIXELS
from trainers.export.onnx_size_check import size_checks
from trainers.export.self_check import Predict

IMAGE = "image"
OUTPUT = "output"
_CHECKED = "checked_image"

_PROTOBUF_LIMIT_BYTES = 2**31 - 2**20
"""Protobuf's 2 GB less what the graph without its weights may take."""


def write_image_onnx(
    path: Path, core: onnx.ModelProto, *, image_shape_HWC: ImageShape, sizes: ImageSizes | None = None
) -> None:
    """Put a transpose before a core that takes channels first, check and save.

    Args:
        path: File to write.
        core: `pixels`, float32 [N, C, H, W], to `logits`, as the two exporters give it; it is used up.
        image_shape_HWC: Shape of one image; None is a free height or width.
        sizes: The free heights and widths that the core takes, None for all; the file fails at others.

    Raises:
        onnx.checker.ValidationError: The model breaks a rule of ONNX.
    """
    graph = core.graph
    checks = [] if sizes is None or sizes.are_all else size_checks(IMAGE, _CHECKED, image_shape_HWC, sizes)
    source = _CHECKED if checks else IMAGE
    channels_first = helper.make_node("Transpose", [source], [PIXELS], name="channels_first", perm=[0, 3, 1, 2])
    result = helper.make_node("Identity", [LOGITS], [OUTPUT], name="result")
    output = onnx.ValueInfoProto()
    output.CopyFrom(graph.output[0])
    output.name = OUTPUT
    # ONNX wants nodes in the order of their use.
    nodes = [*checks, channels_first, *graph.node, result]
    model = helper.make_model(
        helper.make_graph(
            nodes=nodes,
            name="image_model",
            inputs=[helper.make_tensor_value_info(IMAGE, TensorProto.FLOAT, ["N", *_named(image_shape_HWC)])],
            outputs=[output],
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="tandem",
    )
    for tensor in graph.initializer:
        model.graph.initializer.add().CopyFrom(tensor)
    is_large = sum(len(tensor.raw_data) for tensor in graph.initializer) > _PROTOBUF_LIMIT_BYTES
    onnx.save(model, path, save_as_external_data=is_large, location=f"{path.name}.data" if is_large else None)
    onnx.checker.check_model(str(path), full_check=True)


def _named(image_shape_HWC: ImageShape) -> list[int | str]:
    return [extent or name for extent, name in zip(image_shape_HWC, "HWC", strict=True)]


def load_predict(path: Path) -> Predict:
    """Return the file's function, from float32 images [N, H, W, C] to outputs, on numpy arrays."""
    session = load_onnx_runtime().InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def predict(images_NHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.generic]:
        (output,) = session.run([OUTPUT], {IMAGE: images_NHWC})
        return np.asarray(output)

    return predict
