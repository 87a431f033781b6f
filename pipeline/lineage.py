"""Runs, steps and artifacts in ML Metadata, read and written without TFX, whose import takes 15 seconds and more."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as mlmd

_KEY = "tandem_step_key"
"""Property of an execution, and type of the context that holds the executions with the key that is its name.

Contexts serve as the index: ML Metadata 1.21 can no longer search by properties.
"""
_PUSH = "tandem_push"
"""Type of the context that holds the pushes of the bundle whose checksum is its name."""
_OUTCOME = "tandem_outcome"
_PUSHED_VERSION = "pushed_version"
_DONE = (mlmd.Execution.COMPLETE, mlmd.Execution.CACHED)


@dataclass(frozen=True)
class FinishedStep:
    """An execution whose outputs can be used again.

    Attributes:
        execution_id: Its id in ML Metadata.
        outcome: What the step did, in words.
        outputs: Output name to the folder of its artifact.
    """

    execution_id: int
    outcome: str
    outputs: Mapping[str, Path]


@dataclass(frozen=True)
class PushRecord:
    """A push as ML Metadata remembers it."""

    bundle_checksum: str
    baseline_checksum: str


class Lineage:
    """One ML Metadata store."""

    def __init__(self, connection: mlmd.ConnectionConfig) -> None:
        """Connect to a store, making it when it is new."""
        self._store = metadata_store.MetadataStore(connection)

    def find_finished(self, step_key: str) -> FinishedStep | None:
        """Return the newest execution with this key whose outputs all still exist, or None."""
        context = self._store.get_context_by_type_and_name(_KEY, step_key)
        executions = self._store.get_executions_by_context(context.id) if context else []
        for execution in sorted(executions, key=_by_id, reverse=True):
            if execution.last_known_state not in _DONE:
                continue
            outputs = self._outputs(execution.id)
            if outputs is not None:
                return FinishedStep(
                    execution_id=execution.id,
                    outcome=execution.custom_properties[_OUTCOME].string_value,
                    outputs=outputs,
                )
        return None

    def _outputs(self, execution_id: int) -> dict[str, Path] | None:
        """Return the outputs of an execution, or None when one of them is gone."""
        outputs = {}
        for name, artifact in self._output_artifacts(execution_id):
            places = [artifact.uri]
            if "pushed_destination" in artifact.custom_properties:
                places.append(artifact.custom_properties["pushed_destination"].string_value)
            if artifact.state != mlmd.Artifact.LIVE or not all(_as_path(place).exists() for place in places):
                return None
            outputs[name] = _as_path(artifact.uri)
        return outputs

    def _output_artifacts(self, execution_id: int) -> Iterator[tuple[str, mlmd.Artifact]]:
        events = self._store.get_events_by_execution_ids([execution_id])
        ids = {event.artifact_id: event.path.steps[0].key for event in events if event.type == mlmd.Event.OUTPUT}
        for artifact in self._store.get_artifacts_by_id(list(ids)):
            yield ids[artifact.id], artifact

    def mark_finished(self, execution_id: int, *, step_key: str, outcome: str) -> FinishedStep:
        """Give a completed execution its key; without it no later run takes its outputs."""
        (execution,) = self._store.get_executions_by_id([execution_id])
        execution.custom_properties[_KEY].string_value = step_key
        execution.custom_properties[_OUTCOME].string_value = outcome
        self._store.put_executions([execution])
        pushes = [
            mlmd.Attribution(artifact_id=artifact.id, context_id=self._put_context(_PUSH, _checksum(artifact)))
            for _, artifact in self._output_artifacts(execution_id)
            if _PUSHED_VERSION in artifact.custom_properties
        ]
        with_key = mlmd.Association(execution_id=execution_id, context_id=self._put_context(_KEY, step_key))
        self._store.put_attributions_and_associations(pushes, [with_key])
        return FinishedStep(execution_id=execution_id, outcome=outcome, outputs=self._outputs(execution_id) or {})

    def reuse(self, finished: FinishedStep, *, pipeline_name: str, run_id: str, step_id: str) -> None:
        """Record in a new run that a step took the outputs of an earlier execution.

        The record is what TFX writes for a cache hit, so its launcher finds the outputs when later steps ask for them.
        """
        (earlier,) = self._store.get_executions_by_id([finished.execution_id])
        execution = mlmd.Execution(type_id=earlier.type_id, last_known_state=mlmd.Execution.CACHED)
        for name, value in earlier.properties.items():
            execution.properties[name].CopyFrom(value)
        for name, value in earlier.custom_properties.items():
            execution.custom_properties[name].CopyFrom(value)
        contexts = [self._context(*of) for of in _contexts(pipeline_name, run_id, step_id)]
        self._store.put_execution(execution, self._events_of(earlier.id), contexts, reuse_context_if_already_exist=True)

    def _events_of(self, execution_id: int) -> list[tuple[mlmd.Artifact, mlmd.Event]]:
        events = self._store.get_events_by_execution_ids([execution_id])
        artifacts = {
            artifact.id: artifact
            for artifact in self._store.get_artifacts_by_id([event.artifact_id for event in events])
        }
        copies = []
        for event in events:
            copy = mlmd.Event(type=event.type, path=event.path)
            copies.append((artifacts[event.artifact_id], copy))
        return copies

    def _context(self, type_name: str, name: str) -> mlmd.Context:
        existing = self._store.get_context_by_type_and_name(type_name, name)
        if existing is not None:
            return existing
        type_id = self._store.put_context_type(mlmd.ContextType(name=type_name))
        return mlmd.Context(type_id=type_id, name=name)

    def _put_context(self, type_name: str, name: str) -> int:
        context = self._context(type_name, name)
        return int(context.id if context.id else self._store.put_contexts([context])[0])

    def find_push(self, bundle_checksum: str) -> PushRecord | None:
        """Return the newest push of a bundle that this store knows of."""
        context = self._store.get_context_by_type_and_name(_PUSH, bundle_checksum)
        pushes = self._store.get_artifacts_by_context(context.id) if context else []
        if not pushes:
            return None
        newest = max(pushes, key=_by_id)
        return PushRecord(bundle_checksum, newest.custom_properties["baseline_checksum"].string_value)

    def output_properties(self, finished: FinishedStep, output: str) -> dict[str, Any]:
        """Return the custom properties of one output artifact of a finished step."""
        for name, artifact in self._output_artifacts(finished.execution_id):
            if name == output:
                return {
                    key: getattr(value, value.WhichOneof("value")) for key, value in artifact.custom_properties.items()
                }
        return {}


@contextlib.contextmanager
def open_lineage(metadata_file: Path) -> Iterator[Lineage]:
    """Open the SQLite store in a file, making it when it is missing."""
    metadata_file.parent.mkdir(parents=True, exist_ok=True)
    connection = mlmd.ConnectionConfig()
    connection.sqlite.filename_uri = str(metadata_file)
    connection.sqlite.connection_mode = mlmd.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
    yield Lineage(connection)


def _by_id(node: Any) -> int:
    return int(node.id)


def _checksum(artifact: mlmd.Artifact) -> str:
    checksum: str = artifact.custom_properties["bundle_checksum"].string_value
    return checksum


def _contexts(pipeline_name: str, run_id: str, step_id: str) -> tuple[tuple[str, str], ...]:
    """Return type and name of the contexts that TFX puts an execution into."""
    return (("pipeline", pipeline_name), ("pipeline_run", run_id), ("node", f"{pipeline_name}.{step_id}"))


def _as_path(uri: str) -> Path:
    return Path(urlparse(uri).path)
