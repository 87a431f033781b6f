"""Read what ExampleValidator found and put it into sentences."""

from collections.abc import Mapping

from tensorflow_metadata.proto.v0 import anomalies_pb2

_NAMED_SEVERITIES = {
    anomalies_pb2.AnomalyInfo.ERROR: "error",
    anomalies_pb2.AnomalyInfo.WARNING: "warning",
}


def describe_anomalies(by_split: Mapping[str, anomalies_pb2.Anomalies], *, severity: str = "error") -> list[str]:
    """Return a sentence for each anomaly of one severity, e.g. `label in eval: ...`.

    Args:
        by_split: TFDV's anomalies of each split.
        severity: `error` or `warning`; an anomaly of unknown severity counts as an error.
    """
    found = []
    for split, anomalies in sorted(by_split.items()):
        if anomalies.HasField("dataset_anomaly_info") and _severity(anomalies.dataset_anomaly_info) == severity:
            found.append(f"{split} split: {anomalies.dataset_anomaly_info.description}")
        for feature, info in sorted(anomalies.anomaly_info.items()):
            if _severity(info) == severity:
                found.append(f"{feature} in {split}: {info.short_description}: {info.description}")
        if anomalies.data_missing and severity == "error":
            found.append(f"{split} split: it has no data")
    return found


def _severity(info: anomalies_pb2.AnomalyInfo) -> str:
    return _NAMED_SEVERITIES.get(info.severity, "error")
