"""The ONNX preparation gives TensorFlow's resize and the given normalisation, for any size and batch."""

import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf

from trainers.export.onnx_core import IR_VERSION, OPSET
from trainers.export.onnx_preparation import PREPARED, preparation_graph
from trainers.normalization import Normalization

_NORMALIZATION = Normalization(scale_C=(1 / 255, 2 / 255, -1 / 255), offset_C=(0.0, -1.0, 1.0))


def _session(*, antialias: bool) -> onnxruntime.InferenceSession:
    graph = preparation_graph(image_size_pixels=24, normalization=_NORMALIZATION, antialias=antialias)
    graph.input.append(onnx.helper.make_tensor_value_info("image", onnx.TensorProto.UINT8, ["N", "H", "W", 3]))
    graph.output.append(onnx.helper.make_tensor_value_info(PREPARED, onnx.TensorProto.FLOAT, ["N", 3, 24, 24]))
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((1, 97, 131), id="smaller"),
        pytest.param((3, 11, 7), id="larger"),
        pytest.param((2, 97, 7), id="smaller and larger"),
        pytest.param((2, 24, 24), id="as it is"),
        pytest.param((1, 1, 1), id="one pixel"),
    ],
)
def test_resize_equals_tensorflows(antialias: bool, shape: tuple[int, int, int]) -> None:
    images_NHWC = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    resized_NSSC = tf.image.resize(images_NHWC, [24, 24], antialias=antialias).numpy()
    expected_NSSC = resized_NSSC * _NORMALIZATION.scale_C + _NORMALIZATION.offset_C

    (prepared_NCSS,) = _session(antialias=antialias).run(None, {"image": images_NHWC})

    assert prepared_NCSS.dtype == np.float32
    np.testing.assert_allclose(prepared_NCSS.transpose(0, 2, 3, 1), expected_NSSC, atol=5e-5)
