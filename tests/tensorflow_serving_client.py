"""Asks a model server with TensorFlow Serving's own stubs, which import all of TensorFlow; prints what it answered.

    python tests/tensorflow_serving_client.py PORT MODEL IMAGE

Run it as a process of its own. It also compares every message of `serving.grpc_api` with the official one; both are in
this process, so it shows as well that they do not clash.
"""

import json
import sys
from pathlib import Path
from typing import Any

import grpc
import tensorflow as tf
from google.protobuf import descriptor_pool
from google.protobuf.message import DecodeError
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from serving.grpc_api.tensorflow_messages import CLASSES


def predict(stub: Any, model: str, images: list[bytes], *, packs: bool) -> dict[str, Any]:
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    request.inputs["image_bytes"].CopyFrom(tf.make_tensor_proto(images, shape=[len(images)]))
    if packs:
        request.inputs["image_bytes"].ClearField("string_val")
        request.inputs["image_bytes"].tensor_content = pack(images)
        # TensorFlow itself reads it as the same strings, so this is its format and not just ours.
        if tf.io.parse_tensor(request.inputs["image_bytes"].SerializeToString(), tf.string).numpy().tolist() != images:
            raise ValueError("TensorFlow does not read this tensor_content")
    answer = stub.Predict(request, timeout=30)
    outputs = {name: tf.make_ndarray(tensor).tolist() for name, tensor in answer.outputs.items()}
    outputs["label"] = [label.decode() for label in outputs["label"]]
    return {"version": answer.model_spec.version.value, **outputs}


def pack(strings: list[bytes]) -> bytes:
    """Write lengths as varints, then the strings, as TensorFlow's C++ does."""
    lengths = bytearray()
    for string in strings:
        rest = len(string)
        while rest > 0x7F:
            lengths.append(rest & 0x7F | 0x80)
            rest >>= 7
        lengths.append(rest)
    return bytes(lengths) + b"".join(strings)


def classify(stub: Any, model: str, image: bytes) -> list[tuple[str, float]]:
    request = classification_pb2.ClassificationRequest()
    request.model_spec.name = model
    example = request.input.example_list.examples.add()
    example.features.feature["image_bytes"].bytes_list.value.append(image)
    answer = stub.Classify(request, timeout=30)
    return [(each.label, each.score) for each in answer.result.classifications[0].classes]


def get_inputs(stub: Any, model: str) -> dict[str, str]:
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = model
    answer = stub.GetModelMetadata(request, timeout=30)
    signatures = get_model_metadata_pb2.SignatureDefMap()
    if not answer.metadata["signature_def"].Unpack(signatures):
        raise DecodeError("the metadata is no SignatureDefMap")
    inputs = signatures.signature_def["serving_default"].inputs
    return {name: tf.dtypes.as_dtype(info.dtype).name for name, info in inputs.items()}


def get_states(stub: Any, model: str) -> dict[int, int]:
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = model
    answer = stub.GetModelStatus(request, timeout=30)
    return {status.version: status.state for status in answer.model_version_status}


def refuse(stub: Any) -> list[str]:
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "nobody"
    try:
        stub.Predict(request, timeout=30)
    except grpc.RpcError as error:
        return [error.code().name, error.details()]
    return []


def compare_messages() -> list[str]:
    """Return the fields of our messages that the official ones do not have in the same form.

    Our schema writes some enums as the integers that they are on the wire.
    """
    official = descriptor_pool.Default()
    problems: list[str] = []
    for name, message in CLASSES.items():
        nested = {"tensorflow.Dim": "tensorflow.TensorShapeProto.Dim"}
        theirs = official.FindMessageTypeByName(nested.get(name, name)).fields_by_name
        for field in message.DESCRIPTOR.fields:
            other = theirs.get(field.name)
            if other is None or (other.number, other.is_repeated) != (field.number, field.is_repeated):
                problems.append(f"{name}.{field.name}")
            elif field.type != other.type and (field.type, other.type) != (field.TYPE_INT32, field.TYPE_ENUM):
                problems.append(f"{name}.{field.name} is another type")
    return problems


def main(port: str, model: str, path: str) -> None:
    image = Path(path).read_bytes()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        answers = {
            "predict": predict(prediction, model, [image, image], packs=False),
            "predict_packed": predict(prediction, model, [image, image], packs=True),
            "classify": classify(prediction, model, image),
            "inputs": get_inputs(prediction, model),
            "states": get_states(model_service_pb2_grpc.ModelServiceStub(channel), model),
            "refusal": refuse(prediction),
            "different_fields": compare_messages(),
            "compared_messages": len(CLASSES),
        }
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
