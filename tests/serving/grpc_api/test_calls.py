import json
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from tiny_bundles import RED, encode

from serving.grpc_api.tensorflow_messages import PredictRequest, PredictResponse

PREDICT = "/tensorflow.serving.PredictionService/Predict"


def predict_request(fill: Callable[..., None], name: str = "colours") -> Any:
    request = PredictRequest(model_spec={"name": name})
    fill(request.inputs, "image_bytes", [encode(RED)])
    return request


def test_an_answered_call_is_written_and_counted(server: Any, fill: Callable[..., None]) -> None:
    request = predict_request(fill)
    server.ask(PREDICT, request, PredictResponse, metadata=(("x-request-id", "abc-1"),))

    line = json.loads(server.log.getvalue())
    assert line.pop("seconds") > line.pop("queue_seconds") == 0
    assert line == {
        "time": 0,
        "event": "request",
        "request_id": "abc-1",
        "protocol": "tf_grpc",
        "method": PREDICT,
        "status": "OK",
        "body_bytes": request.ByteSize(),
        "model": "colours",
        "version": "2",
        "images": 1,
        "batch_images": 1,
    }
    figures = server.metrics.to_text().decode()
    assert 'tandem_requests_total{code="OK",model="colours",protocol="tf_grpc",version="2"} 1.0' in figures
    assert 'tandem_images_total{model="colours",version="2"} 1.0' in figures


@pytest.mark.parametrize(("model", "code"), [("colours", "OK"), ("shapes", "NOT_FOUND")])
def test_every_answer_has_the_id_that_is_in_the_log(
    server: Any, fill: Callable[..., None], model: str, code: str
) -> None:
    async def talk(client: Any) -> Any:
        call = client.channel.unary_unary(PREDICT)(predict_request(fill, model).SerializeToString())
        return await call.trailing_metadata()

    trailers = dict(server.serve(talk))

    line = json.loads(server.log.getvalue())
    assert (line["status"], line["request_id"]) == (code, trailers["x-request-id"])


def test_a_refused_call_is_counted_without_the_names_that_it_sent(server: Any, fill: Callable[..., None]) -> None:
    server.refuse(PREDICT, predict_request(fill, name="someone's secret"))

    figures = server.metrics.to_text().decode()
    assert 'tandem_requests_total{code="NOT_FOUND",model="",protocol="tf_grpc",version=""} 1.0' in figures
    assert "secret" not in figures + server.log.getvalue().decode()


@pytest.mark.parametrize("content", [b"\x0a\xff", b"\x0a\x03\x0a\x01\xff", b"words and words"])
def test_bytes_that_are_no_message_are_the_callers_fault(server: Any, content: bytes) -> None:
    code, text = server.refuse(PREDICT, content)

    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert text == "The request is no tensorflow.serving.PredictRequest: its bytes do not follow the protocol"


def test_a_fault_of_the_server_is_told_to_the_log_only(server: Any, fill: Callable[..., None]) -> None:
    del server.predictor.registry.peek("colours").manifest.signatures.saved_model["serving_default"]

    code, text = server.refuse(PREDICT, predict_request(fill))

    assert (code, text) == (grpc.StatusCode.INTERNAL, "The server failed on this request; its log has the reason")
    assert "KeyError" in server.log.getvalue().decode()


def test_long_names_do_not_make_long_answers(server: Any, fill: Callable[..., None]) -> None:
    _, text = server.refuse(PREDICT, predict_request(fill, name="x" * 50_000))

    assert len(text) == 1000
