from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2

from components.anomaly_gate.anomalies import describe_anomalies


def anomalies(text: str) -> anomalies_pb2.Anomalies:
    return text_format.Parse(text, anomalies_pb2.Anomalies())


ERROR = 'anomaly_info { key: "label" value { severity: ERROR short_description: "New" description: "moss (1%)" } }'
WARNING = 'anomaly_info { key: "width" value { severity: WARNING short_description: "Wide" description: "900" } }'


def test_a_clean_split_has_nothing_to_say() -> None:
    assert describe_anomalies({"train": anomalies(""), "eval": anomalies("")}) == []


def test_an_error_names_feature_split_and_values() -> None:
    assert describe_anomalies({"eval": anomalies(ERROR)}) == ["label in eval: New: moss (1%)"]


def test_a_warning_is_no_error() -> None:
    found = {"eval": anomalies(WARNING)}

    assert describe_anomalies(found) == []
    assert describe_anomalies(found, severity="warning") == ["width in eval: Wide: 900"]


def test_an_anomaly_of_unknown_severity_counts_as_an_error() -> None:
    assert len(describe_anomalies({"eval": anomalies(ERROR.replace("ERROR", "UNKNOWN"))})) == 1


def test_missing_data_and_anomalies_of_the_whole_split_count() -> None:
    whole = anomalies('data_missing: true dataset_anomaly_info { severity: ERROR description: "too few" }')

    assert describe_anomalies({"test": whole}) == ["test split: too few", "test split: it has no data"]
