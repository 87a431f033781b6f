"""How the exported files are called, read off the files themselves for the manifest."""

from pathlib import Path

import onnx
import tensorflow as tf
from tensorflow.core.framework import tensor_shape_pb2, types_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

from serving.bundle import SAVED_MODEL_FILE
from serving.manifest import Signature, Signatures, TensorSpec

_LOADER_SIGNATURE = "__saved_model_init_op"


def read_signatures(saved_model_dir: Path, onnx_path: Path) -> Signatures:
    """Read names, dtypes and shapes of all inputs and outputs of both formats, without loading the weights to run."""
    return Signatures(saved_model=read_saved_model_signatures(saved_model_dir), onnx=_onnx_signature(onnx_path))


def read_saved_model_signatures(directory: Path) -> dict[str, Signature]:
    """Read names, dtypes and shapes of the inputs and outputs of a SavedModel's signatures, by signature name."""
    saved_model = saved_model_pb2.SavedModel.FromString((directory / SAVED_MODEL_FILE).read_bytes())
    definitions = saved_model.meta_graphs[0].signature_def
    return {
        name: Signature(
            inputs={key: _tensor_spec(info) for key, info in sorted(definition.inputs.items())},
            outputs={key: _tensor_spec(info) for key, info in sorted(definition.outputs.items())},
        )
        for name, definition in sorted(definitions.items())
        if name != _LOADER_SIGNATURE
    }


def _tensor_spec(info: meta_graph_pb2.TensorInfo) -> TensorSpec:
    shape: tensor_shape_pb2.TensorShapeProto = info.tensor_shape
    extents = tuple(None if extent.size < 0 else extent.size for extent in shape.dim)
    is_string = info.dtype == types_pb2.DT_STRING
    return TensorSpec(dtype="string" if is_string else tf.as_dtype(info.dtype).name, shape=extents)


def _onnx_signature(path: Path) -> Signature:
    graph = onnx.load(path).graph
    weights = {tensor.name for tensor in graph.initializer}
    return Signature(
        inputs={value.name: _value_spec(value) for value in graph.input if value.name not in weights},
        outputs={value.name: _value_spec(value) for value in graph.output},
    )


def _value_spec(value: onnx.ValueInfoProto) -> TensorSpec:
    tensor = value.type.tensor_type
    extents = tuple(extent.dim_value if extent.HasField("dim_value") else None for extent in tensor.shape.dim)
    return TensorSpec(dtype=onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type).name, shape=extents)
