"""Puts the parts of the server together, and takes them through start, drain and end."""

import asyncio
import signal
import socket
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
from serving.security.exposure import advise
from serving.security.guards import Guards
from serving.security.tls import Tls
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
from serving.web.health import HealthWire, MetricsWire
from serving.web.listener import Listener, bind, make_listener
from serving.web.messages import Wire
from serving.web.plain import PlainWire
from serving.web.token_gate import TokenGate

if TYPE_CHECKING:
    from serving.grpc_api.listener import GrpcListener

_BYTES_PER_MIB = 1 << 20
_PIXELS_PER_MEGAPIXEL = 1_000_000


class ModelServer:
    """One server for all models of a folder."""

    def __init__(self, settings: Settings, log: Log | None = None) -> None:
        """Make the parts; models are loaded by `run`.

        Raises:
            SettingsError: Tokens or certificates cannot be used.
        """
        self._settings, self._log = settings, log or Log()
        self._guards = Guards(settings, report=self._log.write)
        self._cores, self._max_body_bytes = usable_cores(), round(settings.max_body_mib * _BYTES_PER_MIB)
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
        self._metrics = Metrics(self.registry, queued_images=lambda: self.predictor.queued_images)
        self.app = self._make_app()

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain.

        Raises:
            SettingsError: The address cannot be had.
        """
        settings, stop = self._settings, asyncio.Event()
        rest_socket = bind(settings.host, settings.rest_port)
        health_socket = None
        if settings.health_port >= 0:
            health_socket = bind(settings.host, settings.health_port, option="--health-port")
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        listener = self._make_listener(self.app, tls=self._guards.tls)
        health_listener = self._make_listener(self._make_health_app(), tls=None)
        grpc_listener, grpc_port = await self._listen_for_grpc()
        serving = [asyncio.create_task(listener.serve([rest_socket]))]
        if health_socket is not None:
            serving.append(asyncio.create_task(health_listener.serve([health_socket])))
        self.keeper.start()
        self._guards.renewal.start()
        ports = {"rest_port": _port_of(rest_socket), "grpc_port": grpc_port, "health_port": _port_of(health_socket)}
        self._log.write("listening", {"host": settings.host, **ports, "tls": self._guards.tls is not None})
        if advice := advise(rest_socket.getsockname()[0], self._guards):
            self._log.write("unprotected", {"host": settings.host, "advice": advice})
        await stop.wait()
        await self._drain()
        listener.stop()
        if grpc_listener is not None:
            await grpc_listener.stop(timeout_seconds=settings.drain_timeout_seconds)
        await serving[0]
        # Last, so that a probe sees the server live for as long as it has requests.
        health_listener.stop()
        await asyncio.gather(*serving)
        await asyncio.to_thread(self._close)
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
        from serving.grpc_api.call_records import CallRecords
        from serving.grpc_api.calls import Calls
        from serving.grpc_api.services import make_grpc_listener
        from serving.grpc_api.token_gate import TokenGate as GrpcTokenGate

        records = CallRecords(metrics=self._metrics, log=self._log, log_requests=settings.access_log == "on")
        tokens = self._guards.tokens
        listener = make_grpc_listener(
            Calls(records),
            self.predictor,
            why_not_ready=self.why_not_ready,
            gate=GrpcTokenGate(tokens, records) if tokens is not None else None,
            tls=self._guards.tls,
        )
        port = await listener.start(
            host=settings.host,
            port=settings.grpc_port,
            max_message_bytes=self._max_body_bytes,
            max_calls=settings.max_connections,
        )
        return listener, port

    def _make_listener(self, app: App, *, tls: Tls | None) -> Listener:
        settings = self._settings
        return make_listener(
            app,
            max_connections=settings.max_connections,
            receive_timeout_seconds=settings.receive_timeout_seconds,
            drain_timeout_seconds=settings.drain_timeout_seconds,
            tls=tls.make_context() if tls is not None else None,
        )

    def _close(self) -> None:
        self._guards.renewal.stop()
        self.keeper.stop()
        self.predictor.close()

    def _make_app(self) -> App:
        figures = MetricsWire(self._metrics)
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
        tokens, are_metrics_open = self._guards.tokens, self._settings.metrics_access == "open"
        gate = TokenGate(tokens, are_metrics_open=are_metrics_open) if tokens is not None else None
        return self._open_app(wires, gate=gate)

    def _make_health_app(self) -> App:
        return self._open_app({"health": HealthWire(why_not_ready=self.why_not_ready)}, gate=None)

    def _open_app(self, wires: Mapping[str, Wire], *, gate: TokenGate | None) -> App:
        return App(
            wires,
            max_body_bytes=self._max_body_bytes,
            metrics=self._metrics,
            log=self._log,
            log_requests=self._settings.access_log == "on",
            gate=gate,
        )

    def _make_loader(self, folder: Path) -> ModelLoader:
        settings = self._settings
        opener = Opener(
            backend=settings.backend,
            threads=settings.threads,
            cores=self._cores,
            max_batch_images=settings.max_batch_images,
            max_pixels=round(settings.max_image_megapixels * _PIXELS_PER_MEGAPIXEL),
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


def _port_of(listening: socket.socket | None) -> int | None:
    port: int | None = listening.getsockname()[1] if listening is not None else None
    return port
