"""Statistics of what a model server was asked, to be compared with those of the data that the model learnt from."""

from datetime import datetime
from pathlib import Path

from tensorflow_metadata.proto.v0 import statistics_pb2

from components.errors import DataError
from components.statistics.fact_statistics import fact_statistics
from serving.errors import RequestLogError
from serving.request_log.reader import read_log


class NoRequestsError(DataError):
    """The log has no image of the version in the window."""


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
        NoRequestsError: The log has no image of this version in the window.
        DataError: The log cannot be read.
    """
    try:
        entries = list(read_log(folder, model=model, version=version, start=start, end=end))
    except RequestLogError as error:
        raise DataError(str(error)) from None
    if not entries:
        raise NoRequestsError(
            f"request log {folder} has no image of {model} version {version} from {start:%Y-%m-%d %H:%M:%S} to "
            f"{end:%Y-%m-%d %H:%M:%S %Z}; wait for requests, or take a longer window"
        )
    return fact_statistics((entry.label, entry.facts) for entry in entries)
