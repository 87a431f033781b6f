"""Puts the parts of the server together, and takes them through start, drain and end."""

import asyncio
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from serving.backends.opening import Opener
from serving.cores import usable_cores
from serving.metrics import Metrics
from serving.page.model_cards import ModelCardsWire
from serving.page.wire import PageWire
from serving.prediction import PredictorLimits
from serving.predictor import Predictor
from serving.request_records import Observer, RequestRecords
from serving.settings import Settings
from serving.tf_rest.wire import TensorFlowRestWire
from serving.v2_rest.wire import InferenceRestWire
from serving.versions.keeper import Keeper
from serving.versions.loader import ModelLoader
from serving.versions.policy import parse_policy
from serving.versions.registry import Registry
from serving.versions.retries import Retries
from serving.web.access_log import Log
from serving.web.app import App
from serving.web.connection import ConnectionLimits
from serving.web.health import HealthWire, MetricsWire
from serving.web.listener import Listener, bind
from serving.web.messages import Wire
from serving.web.plain import PlainWire

if TYPE_CHECKING:
    from serving.grpc_api.listener import GrpcListener

_BYTES_PER_MIB = 1 << 20
_PIXELS_PER_MEGAPIXEL = 1_000_000
_MAX_HEADER_BYTES = 32 << 10
_LEAST_CLOSE_SECONDS = 1.0
"""To finish a file or to send what waits, also after a drain that took all of its time."""


class ModelServer:
    """One server for all models of a folder."""

    def __init__(self, settings: Settings, log: Log | None = None) -> None:
        """Make the parts; models are loaded by `run`."""
        self._settings, self._log = settings, log or Log()
        self._cores, self._max_body_bytes = usable_cores(), round(settings.max_body_mib * _BYTES_PER_MIB)
        self._max_pixels = round(settings.max_image_megapixels * _PIXELS_PER_MEGAPIXEL)
        self.registry = Registry()
        self.predictor = Predictor(
            self.registry,
            PredictorLimits(
                workers=settings.workers or self._cores,
                max_batch_images=settings.max_batch_images,
                max_queue_images=settings.max_queue_images,
                max_request_images=settings.max_request_images,
                timeout_seconds=settings.timeout_seconds,
            ),
            log_failure=lambda traceback: self._log.write("model_failed", {"traceback": traceback}),
        )
        self.keeper = Keeper(
            settings.models,
            only=settings.model,
            make_loader=self._make_loader,
            poll_seconds=settings.poll_seconds,
            report=self._log.write,
        )
        metrics = Metrics(self.registry, queued_images=lambda: self.predictor.queued_images)
        self._observers = self._make_observers(metrics)
        self._records = RequestRecords(
            metrics=metrics, log=self._log, log_requests=settings.access_log == "on", observers=self._observers
        )
        self.app = self._make_app(metrics)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain.

        Raises:
            SettingsError: The address cannot be had.
        """
        settings, stop = self._settings, asyncio.Event()
        socket = bind(settings.host, settings.rest_port)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        listener = Listener(self.app, self._connection_limits())
        grpc_listener, grpc_port = await self._listen_for_grpc()
        await listener.start(socket)
        self.keeper.start()
        self._log.write(
            "listening", {"host": settings.host, "rest_port": socket.getsockname()[1], "grpc_port": grpc_port}
        )
        await stop.wait()
        await self._drain()
        deadline = time.monotonic() + settings.drain_timeout_seconds
        stopping = [listener.stop(timeout_seconds=settings.drain_timeout_seconds)]
        if grpc_listener is not None:
            stopping.append(grpc_listener.stop(timeout_seconds=settings.drain_timeout_seconds))
        await asyncio.gather(*stopping)
        await asyncio.to_thread(self._close, deadline)
        self._log.write("stopped", {})

    def why_not_ready(self, model: str | None = None) -> str:
        """Return why the server, or one model, should get no requests; empty when it should."""
        if self.app.is_draining:
            return "The server is draining"
        if not self.keeper.is_settled:
            return "Models are being loaded"
        asked = [model] if model is not None else list(self._settings.model) or self.registry.models()
        if not asked:
            return "There is no model yet"
        missing = [name for name in asked if not self.registry.loaded(name)]
        return f"No version is available of {', '.join(missing)}" if missing else ""

    async def _drain(self) -> None:
        """Answer on, but say that no more should come; whoever sends requests needs time to notice."""
        self.app.is_draining = True
        self._log.write("draining", {"seconds": self._settings.drain_delay_seconds})
        await asyncio.sleep(self._settings.drain_delay_seconds)

    async def _listen_for_grpc(self) -> "tuple[GrpcListener | None, int | None]":
        """Return the listener and its port, unless there should be none."""
        settings = self._settings
        if settings.grpc_port < 0:
            return None, None
        # Not at the top: without it the server is smaller.
        from serving.grpc_api.calls import Calls
        from serving.grpc_api.services import make_grpc_listener

        listener = make_grpc_listener(Calls(self._records), self.predictor, why_not_ready=self.why_not_ready)
        port = await listener.start(
            host=settings.host,
            port=settings.grpc_port,
            max_message_bytes=self._max_body_bytes,
            max_calls=settings.max_connections,
        )
        return listener, port

    def _close(self, deadline: float) -> None:
        self.keeper.stop()
        self.predictor.close()
        for observer in self._observers:
            observer.close(timeout_seconds=max(_LEAST_CLOSE_SECONDS, deadline - time.monotonic()))

    def _make_observers(self, metrics: Metrics) -> list[Observer]:
        settings = self._settings
        observers: list[Observer] = []
        if settings.request_log is not None:
            from serving.request_log.opening import open_request_log

            observers.append(
                open_request_log(
                    settings.request_log,
                    fraction=settings.request_log_fraction,
                    max_mib=settings.request_log_max_mib,
                    rotate_seconds=settings.request_log_rotate_seconds,
                    max_pixels=self._max_pixels,
                    count=metrics.count_logged,
                    report=self._log.write,
                )
            )
        if settings.traces is not None:
            from serving.tracing.tracer import Tracer  # not installed everywhere

            observers.append(Tracer(settings.traces, fraction=settings.traces_fraction, report=self._log.write))
        return observers

    def _make_app(self, metrics: Metrics) -> App:
        figures = MetricsWire(metrics)
        rest, page = TensorFlowRestWire(self.predictor), PageWire()
        wires: Mapping[str, Wire] = {
            "v1": rest,
            "V1": rest,
            "v2": InferenceRestWire(self.predictor, why_not_ready=self.why_not_ready),
            "predict": PlainWire(self.predictor),
            "health": HealthWire(why_not_ready=self.why_not_ready),
            "metrics": figures,
            "monitoring": figures,
            "": page,
            "page": page,
            "models.json": ModelCardsWire(self.registry),
        }
        return App(wires, records=self._records)

    def _connection_limits(self) -> ConnectionLimits:
        return ConnectionLimits(
            max_connections=self._settings.max_connections,
            max_header_bytes=_MAX_HEADER_BYTES,
            max_body_bytes=self._max_body_bytes,
            receive_timeout_seconds=self._settings.receive_timeout_seconds,
        )

    def _make_loader(self, folder: Path) -> ModelLoader:
        settings = self._settings
        opener = Opener(
            backend=settings.backend,
            threads=settings.threads,
            cores=self._cores,
            max_batch_images=settings.max_batch_images,
            max_pixels=self._max_pixels,
        )
        return ModelLoader(
            folder,
            registry=self.registry,
            open_version=opener.open,
            default_policy=parse_policy(settings.versions),
            retries=Retries(),
            drain_seconds=settings.timeout_seconds,
            report=self._log.write,
        )
