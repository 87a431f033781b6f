import pytest

from pipeline.kubeflow.emulator.artifact_store import ArtifactStore, through_store
from pipeline.kubeflow.emulator.errors import TaskError


def test_metadata_changes_its_form_on_the_way() -> None:
    assert through_store("n", 1) == 1.0
    assert through_store("flag", True) == 1.0
    assert through_store("names", ["a"]) == {"list": ["a"]}
    assert through_store("by_name", {"a": 1}) == {"struct": {"a": 1}}
    assert through_store("text", "a") == "a"


def test_null_fails_the_task() -> None:
    with pytest.raises(TaskError, match="metadata 'version' is null"):
        through_store("version", None)


def test_artifacts_come_back_without_their_type_and_with_an_id() -> None:
    store = ArtifactStore()
    store.record("Make", "model", uri="s3://b/x", metadata={})

    assert store.find("Make", "model") == {
        "name": "1",
        "type": {"instanceSchema": ""},
        "uri": "s3://b/x",
        "metadata": {},
    }
    with pytest.raises(TaskError, match="task Make has no output 'data'"):
        store.find("Make", "data")
