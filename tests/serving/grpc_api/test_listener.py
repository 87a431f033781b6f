import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from tiny_bundles import RED, encode

from serving.errors import SettingsError
from serving.grpc_api.calls import Calls
from serving.grpc_api.listener import GrpcListener
from serving.grpc_api.prediction_service import PredictionService
from serving.grpc_api.tensorflow_messages import PredictRequest, PredictResponse
from serving.metrics import Metrics
from serving.request_records import RequestRecords
from serving.versions.registry import Registry
from serving.web.access_log import Log

PREDICT = "/tensorflow.serving.PredictionService/Predict"
CODES = grpc.StatusCode


@pytest.fixture
def request_message(fill: Callable[..., None]) -> Any:
    request = PredictRequest(model_spec={"name": "colours"})
    fill(request.inputs, "image_bytes", [encode(RED)])
    return request


class SlowModel:
    """Holds up a version's model until it is let go."""

    def __init__(self, version: Any) -> None:
        self.entered, self.may_go, self.calls = threading.Event(), threading.Event(), 0
        self._classify = version.backend.classify
        version.backend.classify = self.classify
        version.quick_pixels = 0

    def classify(self, images: Any) -> Any:
        self.calls += 1
        self.entered.set()
        self.may_go.wait(30)
        return self._classify(images)


async def code_of(call: Any) -> grpc.StatusCode:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    return CODES.OK


async def until_logged(server: Any, *, calls: int, timeout_seconds: float = 10) -> None:
    """Wait until the server has done with so many calls; one that came too late to be taken is never logged."""
    end = time.monotonic() + timeout_seconds
    while server.log.getvalue().count(b"\n") < calls and time.monotonic() < end:
        await asyncio.sleep(0.01)


def test_a_request_over_the_limit_of_size_is_refused(server: Any, request_message: Any) -> None:
    request_message.inputs["image_bytes"].string_val[0] = b"x" * 100_001

    code, text = server.refuse(PREDICT, request_message)

    assert code == CODES.RESOURCE_EXHAUSTED
    assert "larger than max" in text


def test_a_late_answer_is_the_callers_deadline_and_work_that_waits_is_never_run(
    server: Any, request_message: Any
) -> None:
    slow = SlowModel(server.registry.peek("colours"))

    async def talk(client: Any) -> list[Any]:
        first = asyncio.create_task(client.ask(PREDICT, request_message, PredictResponse))
        await asyncio.to_thread(slow.entered.wait, 30)
        late = [client.ask(PREDICT, request_message, PredictResponse, timeout=0.2) for _ in range(3)]
        codes = await asyncio.gather(*(code_of(call) for call in late))
        await until_logged(server, calls=3)  # a caller's time is up a little before the server hears of it
        slow.may_go.set()
        await first
        # Behind the late ones in the queue, so that they have been taken out of it when this is answered.
        await client.ask(PREDICT, request_message, PredictResponse)
        return list(codes)

    assert server.serve(talk) == [CODES.DEADLINE_EXCEEDED] * 3
    assert slow.calls == 2
    assert server.registry.peek("colours").holders == 0


def test_a_full_queue_refuses_and_says_when_to_try_again(server: Any, request_message: Any) -> None:
    server.predictor.close()
    server.predictor = server.make_predictor(max_queue_images=10)
    slow = SlowModel(server.registry.peek("colours"))
    request_message.inputs["image_bytes"].tensor_shape.dim[0].size = 10

    async def talk(client: Any) -> Any:
        first = asyncio.create_task(client.ask(PREDICT, request_message, PredictResponse))
        await asyncio.to_thread(slow.entered.wait, 30)
        waiting = asyncio.create_task(client.ask(PREDICT, request_message, PredictResponse))
        while not server.predictor.queued_images:
            await asyncio.sleep(0)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await client.ask(PREDICT, request_message, PredictResponse)
        slow.may_go.set()
        await asyncio.gather(first, waiting)
        return refused.value

    error = server.serve(talk)

    assert error.code() == CODES.RESOURCE_EXHAUSTED
    assert ("grpc-retry-pushback-ms", "1000") in tuple(error.trailing_metadata())


def test_calls_beyond_the_limit_are_refused(server: Any, request_message: Any) -> None:
    slow = SlowModel(server.registry.peek("colours"))

    async def talk(client: Any) -> Any:
        first = asyncio.create_task(client.ask(PREDICT, request_message, PredictResponse))
        await asyncio.to_thread(slow.entered.wait, 30)
        code = await code_of(client.ask(PREDICT, request_message, PredictResponse))
        slow.may_go.set()
        await first
        return code

    assert server.serve(talk, max_calls=1) == CODES.RESOURCE_EXHAUSTED


def test_a_closed_predictor_is_unavailable(server: Any, request_message: Any) -> None:
    server.predictor.close()

    assert server.refuse(PREDICT, request_message) == (
        CODES.UNAVAILABLE,
        "The server is stopping; ask another one",
    )


def test_a_stopping_listener_finishes_what_runs_and_takes_no_more(server: Any, request_message: Any) -> None:
    slow = SlowModel(server.registry.peek("colours"))
    calls = Calls(RequestRecords(metrics=server.metrics, log=Log(server.log), log_requests=False))

    async def run() -> tuple[Any, Any]:
        listener = GrpcListener(calls, [PredictionService(server.predictor)])
        port = await listener.start(host="127.0.0.1", port=0, max_message_bytes=100_000, max_calls=10)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            ask = channel.unary_unary(PREDICT)
            content = request_message.SerializeToString()
            running = asyncio.ensure_future(code_of(ask(content)))
            await asyncio.to_thread(slow.entered.wait, 30)
            stopping = asyncio.create_task(listener.stop(timeout_seconds=30))
            late = await code_of(ask(content))
            slow.may_go.set()
            await stopping
            return await running, late

    running, late = asyncio.run(run())

    assert (running, late) == (CODES.OK, CODES.UNAVAILABLE)


def test_a_taken_port_is_a_problem_of_the_settings() -> None:
    metrics = Metrics(Registry(), queued_images=lambda: 0)
    listener = GrpcListener(Calls(RequestRecords(metrics=metrics, log=Log(), log_requests=False)), [])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=f"--host 127.0.0.1 --grpc-port {port}: cannot listen there"):
            asyncio.run(listener.start(host="127.0.0.1", port=port, max_message_bytes=1000, max_calls=1))
