"""A store of ML Metadata with steps that were executed, as TFX records them, without executing anything."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as mlmd

from pipeline.lineage import Lineage, open_lineage

RecordStep = Callable[..., int]


@pytest.fixture
def metadata_file(tmp_path: Path) -> Path:
    return tmp_path / "metadata.sqlite"


@pytest.fixture
def lineage(metadata_file: Path) -> Iterator[Lineage]:
    with open_lineage(metadata_file) as lineage:
        yield lineage


@pytest.fixture
def record_step(metadata_file: Path, lineage: Lineage, tmp_path: Path) -> RecordStep:
    """Record a completed execution with one output artifact whose folder exists; returns its id.

    `node` and `run` name the contexts that TFX puts the executions of a step and of a run into, `output` the artifact's
    role; other words are its properties.
    """
    connection = mlmd.ConnectionConfig()
    connection.sqlite.filename_uri = str(metadata_file)
    store = metadata_store.MetadataStore(connection)
    execution_type = store.put_execution_type(mlmd.ExecutionType(name="step"))
    artifact_type = store.put_artifact_type(mlmd.ArtifactType(name="output"))

    types = {name: store.put_context_type(mlmd.ContextType(name=name)) for name in ("node", "pipeline_run")}

    def record(
        name: str,
        *,
        node: str = "",
        run: str = "",
        output: str = "result",
        state: int = mlmd.Execution.COMPLETE,
        **properties: str,
    ) -> int:
        folder = tmp_path / "artifacts" / name
        folder.mkdir(parents=True)
        artifact = mlmd.Artifact(type_id=artifact_type, uri=str(folder), state=mlmd.Artifact.LIVE)
        for key, value in properties.items():
            artifact.custom_properties[key].string_value = value
        step = mlmd.Event.Path.Step(key=output), mlmd.Event.Path.Step(index=0)
        event = mlmd.Event(type=mlmd.Event.OUTPUT, path=mlmd.Event.Path(steps=step))
        execution = mlmd.Execution(type_id=execution_type, last_known_state=state)
        named = {"node": node, "pipeline_run": run}
        contexts = [mlmd.Context(type_id=types[kind], name=of) for kind, of in named.items() if of]
        execution_id, _, _ = store.put_execution(
            execution, [(artifact, event)], contexts, reuse_context_if_already_exist=True
        )
        return int(execution_id)

    return record
