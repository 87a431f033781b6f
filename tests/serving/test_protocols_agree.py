"""Photos of digits through the whole server: all protocols and both backends answer as the bundle's SavedModel does."""

import base64
import http.client
import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from server_process import ServerProcess, running_server
from tiny_bundles import CLASS_NAMES

pytestmark = pytest.mark.slow
MODEL = "digits"
MOST_DIFFERENCE = 1e-4
"""Of a probability, as the parity of bundles is defined."""


def draw_digits(count: int) -> list[bytes]:
    """Return handwritten digits as files, PNG and JPEG in turn, in grey and in colours, small and larger."""
    from sklearn.datasets import load_digits

    files = []
    for number, levels_HW in enumerate(load_digits().images[:count]):
        image = Image.fromarray((levels_HW * 255 / 16).astype(np.uint8))
        image = image.resize((8 + 5 * number, 8 + 3 * number), Image.Resampling.BICUBIC)
        encoded = io.BytesIO()
        image.convert("RGB" if number % 4 < 2 else "L").save(encoded, "JPEG" if number % 2 else "PNG")
        files.append(encoded.getvalue())
    return files


@pytest.fixture(scope="module")
def images() -> list[bytes]:
    return draw_digits(12)


@pytest.fixture(scope="module")
def wanted_NK(real_models: Path, images: list[bytes]) -> Any:
    """Ask the SavedModel itself, image by image."""
    import tensorflow as tf

    classify = tf.saved_model.load(str(real_models / MODEL / "1")).signatures["serving_default"]
    answers = [classify(image_bytes=tf.constant([image]))["probabilities"].numpy()[0] for image in images]
    assert np.ptp(answers, axis=0).max() > 0.01, "the answers must differ, or a mix-up would not show"
    return np.array(answers)


@pytest.fixture(scope="module", params=["onnx", "savedmodel"])
def server(request: pytest.FixtureRequest, real_models: Path) -> Iterator[ServerProcess]:
    with running_server(real_models, "--backend", request.param, "--grpc-port", "0") as running:
        yield running


def post(server: ServerProcess, path: str, body: bytes, **headers: str) -> Any:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        assert response.status == 200, response.read()
        return json.load(response)


def post_json(server: ServerProcess, path: str, document: Any) -> Any:
    return post(server, path, json.dumps(document).encode())


def b64(image: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(image).decode()}


def order(classes: list[dict[str, Any]]) -> list[float]:
    """Return scores in the order of the model's classes."""
    scores = {each["label"]: each["score"] for each in classes}
    return [scores[name] for name in CLASS_NAMES]


def by_upload(server: ServerProcess, images: list[bytes]) -> Any:
    return [order(post(server, f"/predict/{MODEL}", image)["classes"]) for image in images]


def by_form(server: ServerProcess, images: list[bytes]) -> Any:
    head = b'--c-u-t\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    body = b"".join(head + image + b"\r\n" for image in images) + b"--c-u-t--\r\n"
    answer = post(server, f"/predict/{MODEL}", body, **{"Content-Type": "multipart/form-data; boundary=c-u-t"})
    return [order(each["classes"]) for each in answer["predictions"]]


def by_rows(server: ServerProcess, images: list[bytes]) -> Any:
    rows = post_json(server, f"/v1/models/{MODEL}:predict", {"instances": [b64(image) for image in images]})
    return [row["probabilities"] for row in rows["predictions"]]


def by_columns(server: ServerProcess, images: list[bytes]) -> Any:
    columns = post_json(
        server, f"/v1/models/{MODEL}:predict", {"inputs": {"image_bytes": [b64(image) for image in images]}}
    )
    return columns["outputs"]["probabilities"]


def by_examples(server: ServerProcess, images: list[bytes]) -> Any:
    answer = post_json(
        server, f"/v1/models/{MODEL}:classify", {"examples": [{"image": b64(image)} for image in images]}
    )
    return [[score for _, score in row] for row in answer["results"]]


def by_v2_http(server: ServerProcess, images: list[bytes], *, binary: bool) -> Any:
    import tritonclient.http as kind

    values = images if binary else [base64.b64encode(image) for image in images]
    tensor = kind.InferInput("image_bytes", [len(values)], "BYTES")
    tensor.set_data_from_numpy(np.array(values, np.object_), binary_data=binary)
    outputs = [kind.InferRequestedOutput("probabilities", binary_data=binary)]
    with kind.InferenceServerClient(f"127.0.0.1:{server.port}") as client:
        return client.infer(MODEL, [tensor], outputs=outputs).as_numpy("probabilities")


def by_v2_pixels(server: ServerProcess, images: list[bytes]) -> Any:
    import tritonclient.http as kind

    answers = []
    with kind.InferenceServerClient(f"127.0.0.1:{server.port}") as client:
        for image in images:
            pixels_NHWC = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))[None]
            tensor = kind.InferInput("image", list(pixels_NHWC.shape), "UINT8").set_data_from_numpy(pixels_NHWC)
            answers.append(client.infer(MODEL, [tensor]).as_numpy("probabilities")[0])
    return answers


def by_v2_grpc(server: ServerProcess, images: list[bytes]) -> Any:
    import tritonclient.grpc as kind

    tensor = kind.InferInput("image_bytes", [len(images)], "BYTES")
    tensor.set_data_from_numpy(np.array(images, np.object_))
    with kind.InferenceServerClient(f"127.0.0.1:{server.grpc_port}") as client:
        return client.infer(MODEL, [tensor]).as_numpy("probabilities")


def by_tensorflow_grpc(server: ServerProcess, images: list[bytes]) -> Any:
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    request = predict_pb2.PredictRequest()
    request.model_spec.name = MODEL
    request.inputs["image_bytes"].CopyFrom(tf.make_tensor_proto(images, shape=[len(images)]))
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        answer = prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict(request, timeout=60)
    return tf.make_ndarray(answer.outputs["probabilities"])


def by_tensorflow_grpc_examples(server: ServerProcess, images: list[bytes]) -> Any:
    import grpc
    from tensorflow_serving.apis import classification_pb2, prediction_service_pb2_grpc

    request = classification_pb2.ClassificationRequest()
    request.model_spec.name = MODEL
    for image in images:
        example = request.input.example_list.examples.add()
        example.features.feature["image"].bytes_list.value.append(image)
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        answer = prediction_service_pb2_grpc.PredictionServiceStub(channel).Classify(request, timeout=60)
    return [[each.score for each in row.classes] for row in answer.result.classifications]


@pytest.mark.parametrize(
    "ask",
    [
        by_upload,
        by_form,
        by_rows,
        by_columns,
        by_examples,
        lambda server, images: by_v2_http(server, images, binary=False),
        lambda server, images: by_v2_http(server, images, binary=True),
        by_v2_pixels,
        by_v2_grpc,
        by_tensorflow_grpc,
        by_tensorflow_grpc_examples,
    ],
    ids=[
        "upload",
        "form",
        "tensorflow_rest_rows",
        "tensorflow_rest_columns",
        "tensorflow_rest_classify",
        "v2_rest_json",
        "v2_rest_binary",
        "v2_rest_pixels",
        "v2_grpc",
        "tensorflow_grpc_predict",
        "tensorflow_grpc_classify",
    ],
)
def test_every_protocol_answers_as_the_saved_model_does(
    server: ServerProcess, images: list[bytes], wanted_NK: Any, ask: Callable[[ServerProcess, list[bytes]], Any]
) -> None:
    np.testing.assert_allclose(np.array(ask(server, images)), wanted_NK, rtol=0, atol=MOST_DIFFERENCE)
