"""A gRPC server over two versions of a tiny model, on a free port, for as long as a test talks to it."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from tiny_bundles import write_bundle

from serving.backends.opening import Opener
from serving.grpc_api.calls import Calls
from serving.grpc_api.services import make_grpc_listener
from serving.metrics import Metrics
from serving.prediction import PredictorLimits
from serving.predictor import Predictor
from serving.request_records import RequestRecords
from serving.versions.registry import Registry
from serving.web.access_log import Log


@dataclass
class Client:
    channel: Any

    async def ask(self, method: str, request: Any, response_class: Any, **options: Any) -> Any:
        """Send a message, or bytes as they are."""
        content = request if isinstance(request, bytes) else request.SerializeToString()
        answer = await self.channel.unary_unary(method)(content, **options)
        return response_class.FromString(answer)


Talk = Callable[[Client], Awaitable[Any]]


class Server:
    """The parts of a server; `serve` runs them while a test talks."""

    def __init__(self, folder: Path) -> None:
        self.registry, self.log, self.why_not_ready = Registry(), io.BytesIO(), ""
        opener = Opener(backend="onnx", threads=1, cores=1, max_batch_images=4, max_pixels=10_000)
        for number, sharpness in ((1, 1.0), (2, 5.0)):
            write_bundle(folder / str(number), sharpness=sharpness)
            self.registry.publish(opener.open("colours", number, folder / str(number)))
        self.registry.set_labels("colours", {"canary": 1})
        self.predictor = self.make_predictor()
        self.metrics = Metrics(self.registry, queued_images=lambda: 0)

    def make_predictor(self, *, timeout_seconds: float = 60, max_queue_images: int = 50) -> Predictor:
        limits = PredictorLimits(
            workers=1,
            max_batch_images=4,
            max_queue_images=max_queue_images,
            max_queue_seconds=30,
            max_request_images=10,
            timeout_seconds=timeout_seconds,
        )
        return Predictor(self.registry, limits, log_failure=print)

    def serve(self, talk: Talk, *, max_message_bytes: int = 100_000, max_calls: int = 100) -> Any:
        """Listen, talk, stop; return what the talk returns."""

        async def run() -> Any:
            calls = Calls(RequestRecords(metrics=self.metrics, log=Log(self.log, clock=lambda: 0), log_requests=True))
            listener = make_grpc_listener(calls, self.predictor, why_not_ready=lambda: self.why_not_ready)
            port = await listener.start(
                host="127.0.0.1", port=0, max_message_bytes=max_message_bytes, max_calls=max_calls
            )
            try:
                async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                    return await talk(Client(channel))
            finally:
                await listener.stop(timeout_seconds=10)

        return asyncio.run(run())

    def ask(self, method: str, request: Any, response_class: Any, **options: Any) -> Any:
        """Serve one call."""
        return self.serve(lambda client: client.ask(method, request, response_class, **options))

    def refuse(self, method: str, request: Any, **options: Any) -> tuple[grpc.StatusCode, str]:
        """Serve one call that must fail; return its code and text."""
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            self.ask(method, request, bytes, **options)
        return raised.value.code(), raised.value.details() or ""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.predictor.close()


@pytest.fixture
def fill() -> Callable[[Any, str, Sequence[bytes]], None]:
    """Return a function that writes a tensor of strings into a map of tensors."""

    def write(tensors: Any, name: str, values: Sequence[bytes]) -> None:
        tensors[name].dtype = 7
        tensors[name].tensor_shape.dim.add(size=len(values))
        tensors[name].string_val.extend(values)

    return write
