"""Statistics of what a model server was asked, to be compared with those of the data that the model learnt from."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from tensorflow_metadata.proto.v0 import statistics_pb2

from components.errors import DataError
from components.statistics.data_validation import tfdv
from components.statistics.options import image_statistics_options
from serving.errors import RequestLogError
from serving.request_log.entries import LogEntry
from serving.request_log.reader import read_log
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


def request_log_statistics(
    folder: Path, *, model: str, version: int, start: datetime, end: datetime
) -> statistics_pb2.DatasetFeatureStatisticsList:
    """Return statistics of the images that one version was asked about, as StatisticsGen computes them of examples.

    The feature `label` is the class that was predicted. The image itself is not in the log and not among the features.

    Args:
        folder: Folder of the request log.
        model: Name of the model.
        version: Its version.
        start: First second of the window, with a time zone.
        end: First second after it.

    Raises:
        DataError: The log cannot be read, or has no image of this version in the window.
    """
    try:
        entries = list(read_log(folder, model=model, version=version, start=start, end=end))
    except RequestLogError as error:
        raise DataError(str(error)) from None
    if not entries:
        raise DataError(
            f"request log {folder} has no image of {model} version {version} from {start:%Y-%m-%d %H:%M:%S} to "
            f"{end:%Y-%m-%d %H:%M:%S %Z}; wait for requests, or take a longer window"
        )
    return tfdv.statistics.stats_impl.generate_statistics_in_memory(
        _to_record_batch(entries), image_statistics_options()
    )


def _to_record_batch(entries: Sequence[LogEntry]) -> pa.RecordBatch:
    """Return a column for each feature; each row is a list of one value, or null where it is not known."""
    rows: list[dict[str, Any]] = [
        {features.LABEL: entry.label.encode(), **to_features(entry.facts)} for entry in entries
    ]
    columns = [
        pa.array([[row[name]] if name in row else None for row in rows], pa.list_(kind))
        for name, kind in _COLUMNS.items()
    ]
    return pa.RecordBatch.from_arrays(columns, list(_COLUMNS))
