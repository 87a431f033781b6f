"""The clients that Triton and KServe give out, against a real server: every call of the Open Inference Protocol."""

import base64
import contextlib
import queue
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from server_process import ServerProcess, running_server
from tiny_bundles import GREEN, RED, encode, expected, write_bundle
from tritonclient.utils import InferenceServerException

PNG, JPEG = encode(RED), encode(GREEN, image_format="JPEG", height=16, width=16)
PIXELS_NHWC = np.array([[[RED] * 3] * 2, [[GREEN] * 3] * 2], np.uint8)
WANTED = [expected(RED, sharpness=5.0), expected(GREEN, sharpness=5.0)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("kserve")
    for number, sharpness in ((1, 1.0), (2, 5.0)):
        write_bundle(folder / "models" / "colours" / str(number), sharpness=sharpness)
    (folder / "models" / "colours" / "serving.json").write_text('{"versions": "all"}')
    with running_server(folder / "models", "--grpc-port", "0") as running:
        running.wait_for("version_available")
        yield running


@pytest.fixture
def http(server: ServerProcess) -> Iterator[Any]:
    with tritonclient.http.InferenceServerClient(f"127.0.0.1:{server.port}") as client:
        yield client


@pytest.fixture
def grpc(server: ServerProcess) -> Iterator[Any]:
    with tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{server.grpc_port}") as client:
        yield client


@pytest.fixture(params=["http", "grpc"])
def client(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def kind_of(client: Any) -> Any:
    return tritonclient.http if isinstance(client, tritonclient.http.InferenceServerClient) else tritonclient.grpc


def encoded_input(kind: Any, *images: bytes, **options: Any) -> Any:
    tensor = kind.InferInput("image_bytes", [len(images)], "BYTES")
    return tensor.set_data_from_numpy(np.array(images, np.object_), **options)


def pixel_input(kind: Any, **options: Any) -> Any:
    tensor = kind.InferInput("image", list(PIXELS_NHWC.shape), "UINT8")
    return tensor.set_data_from_numpy(PIXELS_NHWC, **options)


def check(answer: Any) -> None:
    np.testing.assert_allclose(answer.as_numpy("probabilities"), WANTED, atol=0.01)
    assert [label.decode() if isinstance(label, bytes) else label for label in answer.as_numpy("label")] == [
        "red",
        "green",
    ]
    np.testing.assert_allclose(answer.as_numpy("score"), np.max(WANTED, axis=1), atol=0.01)


def test_health(client: Any) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("colours")
    assert client.is_model_ready("colours", "1")
    assert not client.is_model_ready("colours", "7")
    assert not client.is_model_ready("shapes")


def test_metadata_over_http(http: Any) -> None:
    assert http.get_server_metadata() == {"name": "tandem", "version": "1", "extensions": ["binary_tensor_data"]}
    model = http.get_model_metadata("colours", "1")
    assert (model["name"], model["versions"], model["platform"]) == ("colours", ["1", "2"], "onnxruntime_onnx")
    assert model["inputs"] == [{"name": "image_bytes", "datatype": "BYTES", "shape": [-1]}]
    assert [output["name"] for output in model["outputs"]] == ["probabilities", "label", "score"]


def test_metadata_over_grpc(grpc: Any) -> None:
    assert grpc.get_server_metadata(as_json=True)["name"] == "tandem"
    model = grpc.get_model_metadata("colours", as_json=True)
    assert (model["name"], model["versions"]) == ("colours", ["1", "2"])
    assert [output["name"] for output in model["outputs"]] == ["probabilities", "label", "score"]


@pytest.mark.parametrize("binary_output", [True, False])
@pytest.mark.parametrize("form", ["encoded_json", "encoded_binary", "pixels_json", "pixels_binary"])
def test_infer_over_http(http: Any, form: str, binary_output: bool) -> None:
    kind = tritonclient.http
    texts = [base64.b64encode(image) for image in (PNG, JPEG)]
    inputs = {
        "encoded_json": lambda: encoded_input(kind, *texts, binary_data=False),
        "encoded_binary": lambda: encoded_input(kind, PNG, JPEG, binary_data=True),
        "pixels_json": lambda: pixel_input(kind, binary_data=False),
        "pixels_binary": lambda: pixel_input(kind, binary_data=True),
    }
    names = ("probabilities", "label", "score")
    outputs = [kind.InferRequestedOutput(name, binary_data=binary_output) for name in names]

    answer = http.infer("colours", [inputs[form]()], outputs=outputs, request_id="7")

    check(answer)
    response = answer.get_response()
    assert (response["id"], response["model_name"], response["model_version"]) == ("7", "colours", "2")


def test_all_outputs_come_when_none_is_named(client: Any) -> None:
    kind = kind_of(client)

    check(client.infer("colours", [encoded_input(kind, PNG, JPEG)]))


@pytest.mark.parametrize(
    "make", [lambda: encoded_input(tritonclient.grpc, PNG, JPEG), lambda: pixel_input(tritonclient.grpc)]
)
def test_infer_over_grpc(grpc: Any, make: Any) -> None:
    answer = grpc.infer("colours", [make()], request_id="7")

    check(answer)
    response = answer.get_response()
    assert (response.id, response.model_name, response.model_version) == ("7", "colours", "2")


def test_a_version_and_an_output_are_chosen(client: Any) -> None:
    kind = kind_of(client)
    outputs = [kind.InferRequestedOutput("score")]

    answer = client.infer("colours", [encoded_input(kind, PNG)], model_version="1", outputs=outputs)

    np.testing.assert_allclose(answer.as_numpy("score"), [max(expected(RED))], atol=1e-6)
    assert answer.as_numpy("label") is None


def test_requests_side_by_side(http: Any, grpc: Any) -> None:
    pending = [http.async_infer("colours", [encoded_input(tritonclient.http, PNG, JPEG)]) for _ in range(5)]
    for each in pending:
        check(each.get_result())
    answers: queue.Queue[Any] = queue.Queue()
    for _ in range(5):
        inputs = [encoded_input(tritonclient.grpc, PNG, JPEG)]
        grpc.async_infer("colours", inputs, lambda result, error: answers.put(error or result))
    for _ in range(5):
        check(answers.get(timeout=30))


REFUSALS = {
    "no_model": ("shapes", "", PNG, "Latest(shapes)"),
    "no_version": ("colours", "7", PNG, "Specific(colours, 7)"),
    "no_image": ("colours", "", b"words", "not a JPEG or PNG"),
}


@pytest.mark.parametrize(
    ("refusal", "statuses"),
    [
        ("no_model", {"404", "StatusCode.NOT_FOUND"}),
        ("no_version", {"404", "StatusCode.NOT_FOUND"}),
        ("no_image", {"400", "StatusCode.INVALID_ARGUMENT"}),
    ],
)
def test_refusals(client: Any, refusal: str, statuses: set[str]) -> None:
    model, version, image, message = REFUSALS[refusal]

    with pytest.raises(InferenceServerException) as refused:
        client.infer(model, [encoded_input(kind_of(client), image)], model_version=version)

    assert message in refused.value.message()
    assert refused.value.status() in statuses


def test_streams_are_not_there(grpc: Any) -> None:
    answers: queue.Queue[Any] = queue.Queue()
    grpc.start_stream(lambda result, error: answers.put(error or result))
    with contextlib.suppress(InferenceServerException):  # It may have been refused already.
        grpc.async_stream_infer("colours", [encoded_input(tritonclient.grpc, PNG)])

    assert "StatusCode.UNIMPLEMENTED" in str(answers.get(timeout=30))
    grpc.stop_stream()
