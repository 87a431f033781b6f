"""AnomalyGate: the step that lets Transform start, or not."""

from pathlib import Path

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx.dsl.component.experimental.annotations import InputArtifact
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact_utils
from tfx.types.standard_artifacts import ExampleAnomalies

from components.anomaly_gate.anomalies import describe_anomalies
from components.errors import GateError


@component
def AnomalyGate(anomalies: InputArtifact[ExampleAnomalies]) -> None:
    """Fail when any split has an anomaly of severity error."""
    by_split = {}
    for split in artifact_utils.decode_split_names(anomalies.split_names):
        content = (Path(artifact_utils.get_split_uri([anomalies], split)) / "SchemaDiff.pb").read_bytes()
        by_split[split] = anomalies_pb2.Anomalies.FromString(content)
    errors = describe_anomalies(by_split)
    if errors:
        raise GateError(
            "the data does not fit its schema; mend the data, or change the schema and pass it as data.schema_file:\n"
            + "\n".join(errors)
        )
