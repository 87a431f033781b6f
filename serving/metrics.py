"""Figures for Prometheus. Labels have few values: models and versions only when they were found.

Requests are counted on the event loop's thread alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from serving.batching.work import Outcome
from serving.tallies import Counters, CounterTally, Histograms, HistogramTally
from serving.versions.registry import Registry

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_IMAGES = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PredictionFigures:
    queue: HistogramTally
    decode: HistogramTally
    model: HistogramTally
    batch: HistogramTally
    images: CounterTally


class _VersionStates:
    """Reads the registry when it is asked, so that a state is never an old one."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return 1 for the state that each version has."""
        family = GaugeMetricFamily(
            "tandem_version_state", "1 for the state of a version", labels=["model", "version", "state"]
        )
        for model in self._registry.models():
            for status in self._registry.statuses(model):
                family.add_metric([model, str(status.number), status.state.value], 1)
        yield family


class Metrics:
    """All figures of one server; two servers in one process do not share any."""

    def __init__(self, registry: Registry, *, queued_images: Callable[[], int]) -> None:
        """Count from 0.

        Args:
            registry: For the states of the versions.
            queued_images: Returns how many images wait.
        """
        self._figures = CollectorRegistry()
        # Looking a figure up by its labels takes longer than counting, so each is looked up once.
        self._request_figures: dict[tuple[str, str, str, int | str], tuple[CounterTally, HistogramTally]] = {}
        self._prediction_figures: dict[tuple[str, str], _PredictionFigures] = {}
        who, which = ["protocol", "model", "version"], ["model", "version"]
        self._requests = Counters("tandem_requests", "Answered requests", [*who, "code"])
        self._request_seconds = Histograms(
            "tandem_request_seconds", "From the last byte in to the first byte out", who, _SECONDS
        )
        self._stage_seconds = Histograms(
            "tandem_stage_seconds",
            "Parts of a prediction: queue, and decode and model of the batch it was in",
            ["stage", *which],
            _SECONDS,
        )
        self._images = Counters("tandem_images", "Classified images", which)
        self._batch_images = Histograms("tandem_batch_images", "Images in the batch of a request", which, _IMAGES)
        waiting = Gauge("tandem_queued_images", "Images that wait", registry=self._figures)
        waiting.set_function(queued_images)
        for collector in (self._requests, self._request_seconds, self._stage_seconds, self._images, self._batch_images):
            self._figures.register(collector)
        self._logged_images = Counter(
            "tandem_request_log_images",
            "Images of requests chosen for the request log",
            ["fate"],
            registry=self._figures,
        )
        self._figures.register(_VersionStates(registry))

    def count_request(self, *, protocol: str, model: str, version: str, code: int | str, seconds: float) -> None:
        """Count an answered request; the code is HTTP's number or gRPC's name."""
        key = (protocol, model, version, code)
        if key not in self._request_figures:
            self._request_figures[key] = (
                self._requests.of(protocol, model, version, str(code)),
                self._request_seconds.of(protocol, model, version),
            )
        requests, request_seconds = self._request_figures[key]
        requests.total += 1
        request_seconds.observe(seconds)

    def count_prediction(self, *, model: str, version: str, images: int, outcome: Outcome) -> None:
        """Count the parts of a prediction."""
        figures = self._prediction_figures.get((model, version))
        if figures is None:
            figures = self._prediction_figures[model, version] = self._look_up(model, version)
        figures.queue.observe(outcome.queue_seconds)
        figures.decode.observe(outcome.decode_seconds)
        figures.model.observe(outcome.model_seconds)
        figures.batch.observe(outcome.batch_images)
        figures.images.total += images

    def count_logged(self, fate: str, images: int) -> None:
        """Count what became of images that were chosen for the request log."""
        self._logged_images.labels(fate).inc(images)

    def to_text(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return bytes(generate_latest(self._figures))

    def _look_up(self, model: str, version: str) -> _PredictionFigures:
        return _PredictionFigures(
            queue=self._stage_seconds.of("queue", model, version),
            decode=self._stage_seconds.of("decode", model, version),
            model=self._stage_seconds.of("model", model, version),
            batch=self._batch_images.of(model, version),
            images=self._images.of(model, version),
        )
