"""Puts the parts of the server together, and takes them through start, drain and end."""

import asyncio
import gc
import signal
import time
from pathlib import Path

from serving.backends.opening import Opener
from serving.cores import usable_cores
from serving.http_app import make_app, make_health_app
from serving.metrics import Metrics
from serving.observers import make_observers
from serving.ports import Ports
from serving.prediction import PredictorLimits
from serving.predictor import Predictor
from serving.request_records import RequestRecords
from serving.security.exposure import advise
from serving.security.guards import Guards
from serving.settings import Settings
from serving.versions.keeper import Keeper
from serving.versions.loader import ModelLoader
from serving.versions.policy import parse_policy
from serving.versions.registry import Registry
from serving.versions.retries import Retries
from serving.web.access_log import Log
from serving.web.token_gate import TokenGate

_BYTES_PER_MIB = 1 << 20
_PIXELS_PER_MEGAPIXEL = 1_000_000
_LEAST_CLOSE_SECONDS = 1.0
"""To finish a file or to send what waits, also after a drain that took all of its time."""


class ModelServer:
    """One server for all models of a folder."""

    def __init__(self, settings: Settings, log: Log | None = None) -> None:
        """Make the parts; models are loaded by `run`.

        Raises:
            SettingsError: Tokens or certificates cannot be used.
        """
        self._settings, self._log = settings, log or Log()
        self._guards = Guards(settings, report=self._log.write)
        self._cores = usable_cores()
        self._max_body_bytes = round(settings.max_body_mib * _BYTES_PER_MIB)
        self._max_pixels = round(settings.max_image_megapixels * _PIXELS_PER_MEGAPIXEL)
        self.registry = Registry()
        self.predictor = Predictor(
            self.registry,
            PredictorLimits(
                workers=settings.workers or self._cores,
                max_batch_images=settings.max_batch_images,
                max_queue_images=settings.max_queue_images,
                max_queue_seconds=settings.max_queue_seconds,
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
        self._observers = make_observers(settings, metrics=metrics, log=self._log, max_pixels=self._max_pixels)
        self._records = RequestRecords(
            metrics=metrics, log=self._log, log_requests=settings.access_log == "on", observers=self._observers
        )
        self.app = make_app(
            self.predictor,
            metrics=metrics,
            records=self._records,
            gate=self._make_gate(),
            max_body_bytes=self._max_body_bytes,
            why_not_ready=self.why_not_ready,
        )

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain.

        Raises:
            SettingsError: An address cannot be had.
        """
        settings, stop = self._settings, asyncio.Event()
        ports = Ports(settings, self._guards, max_body_bytes=self._max_body_bytes)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        health_app = make_health_app(records=self._records, why_not_ready=self.why_not_ready)
        numbers = await ports.open(self.app, health_app, self.predictor, self._records, self.why_not_ready)
        gc.freeze()  # What is loaded by now stays; without this the collector looks through it again and again.
        self.keeper.start()
        self._guards.renewal.start()
        self._log.write("listening", {"host": settings.host, **numbers, "tls": self._guards.tls is not None})
        if advice := advise(ports.address, self._guards):
            self._log.write("unprotected", {"host": settings.host, "advice": advice})
        await stop.wait()
        await self._drain()
        deadline = time.monotonic() + settings.drain_timeout_seconds
        await ports.close()
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

    def _close(self, deadline: float) -> None:
        self._guards.renewal.stop()
        self.keeper.stop()
        self.predictor.close()
        for observer in self._observers:
            observer.close(timeout_seconds=max(_LEAST_CLOSE_SECONDS, deadline - time.monotonic()))

    def _make_gate(self) -> TokenGate | None:
        tokens = self._guards.tokens
        if tokens is None:
            return None
        return TokenGate(tokens, are_metrics_open=self._settings.metrics_access == "open")

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
