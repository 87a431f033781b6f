"""How far statistics have moved from others: TensorFlow Data Validation's drift comparators, feature by feature."""

from collections.abc import Mapping
from dataclasses import dataclass

from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from components.statistics.data_validation import tfdv
from components.statistics.drift_limits import DRIFT_LIMITS, WORDS


@dataclass(frozen=True, kw_only=True)
class FeatureDrift:
    """What became of one feature.

    Attributes:
        feature: Its name.
        distance: 0 (the same) to 1. Of numbers the Jensen-Shannon divergence of their histograms, of words the largest
            difference of a share.
        limit: Above this it is drift.
    """

    feature: str
    distance: float
    limit: float

    @property
    def has_drifted(self) -> bool:
        """Whether the distance is above the limit."""
        return self.distance > self.limit


def measure_drift(
    earlier: statistics_pb2.DatasetFeatureStatisticsList,
    later: statistics_pb2.DatasetFeatureStatisticsList,
    *,
    limits: Mapping[str, float] = DRIFT_LIMITS,
) -> list[FeatureDrift]:
    """Compare two sets of images.

    Args:
        earlier: Statistics of, say, the train split.
        later: Statistics of, say, the requests of today.
        limits: The features to compare, each with the largest distance that is no drift.

    Returns:
        One for each feature that both have, sorted by name.
    """
    schema = tfdv.infer_schema(earlier)
    for feature in schema.feature:
        if feature.name in limits:
            _set_limit(feature, limits[feature.name])
    anomalies = tfdv.validate_statistics(later, schema, previous_statistics=earlier)
    measured = []
    for info in anomalies.drift_skew_info:
        (name,) = info.path.step
        (measurement,) = info.drift_measurements
        measured.append(FeatureDrift(feature=name, distance=measurement.value, limit=limits[name]))
    return sorted(measured, key=lambda drift: drift.feature)


def _set_limit(feature: schema_pb2.Feature, limit: float) -> None:
    if feature.name in WORDS:
        feature.drift_comparator.infinity_norm.threshold = limit
    else:
        feature.drift_comparator.jensen_shannon_divergence.threshold = limit
