import json
from pathlib import Path
from typing import Any

from pipeline.kubeflow.executor_input import importable_type, prepare, publish, unwrap
from pipeline.kubeflow.storage_paths import StoragePaths

EXAMPLES_TYPE = {"instanceSchema": "title: tfx.Examples\ntype: object\n"}
OWN_TYPE = {"instanceSchema": "title: tandem.Decision\ntype: object\n"}
PATHS = StoragePaths("/pod")


def executor_input() -> dict[str, Any]:
    examples = {
        "name": "1",
        "type": {"instanceSchema": ""},
        "uri": "minio://b/examples",
        "metadata": {"by_split": {"struct": {"train": 3.0}}, "model": "minio://b/model", "images": 3.0},
    }
    decision = {"name": "decision", "type": OWN_TYPE, "uri": "minio://b/decision"}
    return {
        "inputs": {"artifacts": {"examples": {"artifacts": [examples]}}},
        "outputs": {"artifacts": {"decision": {"artifacts": [decision]}}},
    }


def test_blank_types_are_filled_addresses_localised_and_metadata_unwrapped() -> None:
    content = executor_input()

    prepare(content, {"artifacts": {"examples": {"artifactType": EXAMPLES_TYPE}}}, PATHS)

    (examples,) = content["inputs"]["artifacts"]["examples"]["artifacts"]
    assert examples["type"] == EXAMPLES_TYPE
    assert examples["uri"] == "/pod/minio/b/examples"
    assert examples["metadata"] == {"by_split": {"train": 3.0}, "model": "/pod/minio/b/model", "images": 3.0}


def test_our_own_types_get_a_title_that_can_be_imported() -> None:
    content = executor_input()

    prepare(content, {"artifacts": {"examples": {"artifactType": EXAMPLES_TYPE}}}, PATHS)

    (decision,) = content["outputs"]["artifacts"]["decision"]["artifacts"]
    assert decision["type"] == {"schemaTitle": "components.artifacts.Decision"}
    assert importable_type(EXAMPLES_TYPE) == EXAMPLES_TYPE
    assert importable_type({}) == {}


def test_envelopes_are_taken_off_once_and_only_where_they_are() -> None:
    assert unwrap({"struct": {"list": [1]}}) == {"list": [1]}
    assert unwrap({"list": [1]}) == [1]
    assert unwrap({"struct": 1, "other": 2}) == {"struct": 1, "other": 2}
    assert unwrap("text") == "text"


def test_results_go_back_as_addresses(tmp_path: Path) -> None:
    file = tmp_path / "output_metadata.json"
    artifact = {"uri": "/pod/gcs/b/model", "metadata": {"trained_on": ["/pod/gcs/b/data"], "pushed": "/models/1"}}
    file.write_text(json.dumps({"artifacts": {"model": {"artifacts": [artifact]}}}))

    publish(file, PATHS)

    (left,) = json.loads(file.read_text())["artifacts"]["model"]["artifacts"]
    assert left == {"uri": "gs://b/model", "metadata": {"trained_on": ["gs://b/data"], "pushed": "/models/1"}}
    assert [path.name for path in tmp_path.iterdir()] == ["output_metadata.json"]
