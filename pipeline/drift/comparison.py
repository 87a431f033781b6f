"""Compare the images of new spans and of the request log with those that the pushed model was trained on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tensorflow_metadata.proto.v0.statistics_pb2 import DatasetFeatureStatisticsList

from components.image_example_gen.spans.pattern import is_pattern
from components.image_example_gen.spans.span import join_names
from components.statistics.drift import measure_drift
from components.statistics.fact_statistics import fact_statistics
from components.statistics.request_log import NoRequestsError, request_log_statistics
from pipeline.drift.door import DriftOrder
from pipeline.drift.new_images import inspect_images, list_new_images
from pipeline.drift.report import ComparedFeature, DriftReport


class _NewImages(NamedTuple):
    """Some new images: their statistics, or why there are none."""

    what: str
    statistics: DatasetFeatureStatisticsList | None
    note: str = ""


def compare(order: DriftOrder, trained_on: DatasetFeatureStatisticsList, *, now: datetime) -> DriftReport:
    """Measure how far new images are from the training data.

    Args:
        order: What to compare.
        trained_on: Statistics of the training data.
        now: End of the window of the request log, with a time zone.

    Raises:
        DataError: A span or the request log cannot be read.
    """
    compared: list[ComparedFeature] = []
    notes: list[str] = []
    for new in _new_images(order, now):
        too_few = _too_few(order, trained_on, new)
        notes += [note for note in (new.note, too_few) if note]
        if new.statistics is not None and not too_few:
            compared += _compare(order, trained_on, new.what, new.statistics)
    drifted = [one for one in compared if one.has_drifted]
    version = order.pushed.version
    return DriftReport(
        model=order.pushed.name,
        version=version,
        has_drifted=bool(drifted),
        compared=tuple(compared),
        reasons=tuple(
            f"{one.feature} of {one.what} is {one.distance:.3f} away from what version {version} was trained on, above"
            f" its limit {one.limit:g}"
            for one in drifted
        ),
        notes=tuple(notes),
    )


def _new_images(order: DriftOrder, now: datetime) -> Iterator[_NewImages]:
    if is_pattern(order.config.data.path):
        yield _of_spans(order)
    if order.config.drift.request_log is not None:
        yield _of_requests(order, order.config.drift.request_log, now)


def _of_spans(order: DriftOrder) -> _NewImages:
    config, spans = order.config, order.new_spans
    if not spans:
        seen = f"those that version {order.pushed.version} was trained on, {order.pushed.spans}"
        return _NewImages("spans", None, f"no span is newer than {seen}")
    what = f"span{'s' if len(spans) > 1 else ''} {join_names(spans)}"
    images = list_new_images(config.data.path, spans, max_images=config.drift.max_images)
    inspected = inspect_images(images, max_pixels=config.data.max_image_pixels)
    note = f"{inspected.unusable:,} of {len(images):,} images of {what} are unusable" if inspected.unusable else ""
    return _NewImages(what, fact_statistics(inspected.facts) if inspected.facts else None, note)


def _of_requests(order: DriftOrder, log: Path, now: datetime) -> _NewImages:
    hours = order.config.drift.hours
    what = f"requests of {hours:g} h"
    try:
        statistics = request_log_statistics(
            log,
            model=order.pushed.name,
            version=order.pushed.version,
            start=now - timedelta(hours=hours),
            end=now + timedelta(seconds=1),  # times in the log are whole seconds, and the window ends before its end
        )
    except NoRequestsError as error:
        return _NewImages(what, None, str(error))
    return _NewImages(what, statistics)


def _too_few(order: DriftOrder, trained_on: DatasetFeatureStatisticsList, new: _NewImages) -> str:
    """Return why two sets are not compared: chance alone would move so few images. Empty when they are."""
    if new.statistics is None:
        return ""
    least = order.config.drift.min_images
    sets = {new.what: new.statistics, f"the training data of version {order.pushed.version}": trained_on}
    small = [
        f"{statistics.datasets[0].num_examples:,} images of {name}"
        for name, statistics in sets.items()
        if statistics.datasets[0].num_examples < least
    ]
    if not small:
        return ""
    return f"{' and '.join(small)} are too few to tell drift from chance; it takes {least} (drift.min_images)"


def _compare(
    order: DriftOrder, trained_on: DatasetFeatureStatisticsList, what: str, new: DatasetFeatureStatisticsList
) -> Iterator[ComparedFeature]:
    for drift in measure_drift(trained_on, new, limits=order.config.drift.limits):
        yield ComparedFeature(
            what=what,
            feature=drift.feature,
            distance=drift.distance,
            limit=drift.limit,
            has_drifted=drift.has_drifted,
        )
