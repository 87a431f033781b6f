"""Statistics of images of which only facts and class are at hand, as StatisticsGen computes them of examples."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from tensorflow_metadata.proto.v0 import statistics_pb2

from components.statistics.data_validation import tfdv
from components.statistics.options import image_statistics_options
from serving.image_facts import ImageFacts
from trainers import features
from trainers.fact_features import to_features

_COLUMNS = {
    features.LABEL: pa.binary(),
    features.FORMAT: pa.binary(),
    features.HEIGHT: pa.int64(),
    features.WIDTH: pa.int64(),
    features.CHANNELS: pa.int64(),
    features.SIZE_BYTES: pa.int64(),
    features.BRIGHTNESS: pa.float32(),
}
"""The features of an ingested example, in its types, without the image itself."""


def fact_statistics(images: Iterable[tuple[str, ImageFacts]]) -> statistics_pb2.DatasetFeatureStatisticsList:
    """Return the statistics of images.

    Args:
        images: Class and facts of each, at least one; the image itself is not among the features.
    """
    return tfdv.statistics.stats_impl.generate_statistics_in_memory(
        _to_record_batch(images), image_statistics_options()
    )


def _to_record_batch(images: Iterable[tuple[str, ImageFacts]]) -> pa.RecordBatch:
    """Return a column for each feature; each row is a list of one value, or null where it is not known."""
    rows: list[dict[str, Any]] = [{features.LABEL: label.encode(), **to_features(facts)} for label, facts in images]
    columns = [
        pa.array([[row[name]] if name in row else None for row in rows], pa.list_(kind))
        for name, kind in _COLUMNS.items()
    ]
    return pa.RecordBatch.from_arrays(columns, list(_COLUMNS))
