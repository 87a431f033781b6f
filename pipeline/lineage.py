"""Runs, steps and artifacts in ML Metadata, read and written without TFX, whose import takes 15 seconds and more."""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as mlmd

from pipeline.lineage_records import FailedAttempt, FinishedStep, PushRecord
from pipeline.metadata_lock import MetadataLock
from pipeline.step_key import KeyParts

_KEY = "tandem_step_key"
"""Property of an execution, and type of the context that holds the executions with the key that is its name.

Contexts serve as the index: ML Metadata 1.21 can no longer search by properties.
"""
_PUSH = "tandem_push"
"""Type of the context that holds the pushes of the bundle whose checksum is its name."""
_PARTS = "tandem_key_parts"
_OUTCOME = "tandem_outcome"
_SECONDS = "tandem_seconds"
_FAILED_ATTEMPTS = "tandem_failed_attempts"
_PUSHED_VERSION = "pushed_version"
_DONE = (mlmd.Execution.COMPLETE, mlmd.Execution.CACHED)


class Lineage:
    """One ML Metadata store; `lock` is held around work that other processes may do at the same time."""

    def __init__(self, connection: mlmd.ConnectionConfig, lock: contextlib.AbstractContextManager[Any]) -> None:
        """Connect to a store, making it when it is new."""
        self.lock = lock
        with lock:
            self._store = metadata_store.MetadataStore(connection)

    def find_finished(self, step_key: str) -> FinishedStep | None:
        """Return the newest execution with this key whose outputs all still exist, or None."""
        for execution in self._executions(_KEY, step_key):
            outputs = self._outputs(execution.id)
            if outputs is not None:
                return _finished(execution, outputs)
        return None

    def newest_of(self, pipeline_name: str, step_id: str) -> FinishedStep | None:
        """Return the newest finished execution of a step, whatever its key, or None; its files may be gone."""
        for execution in self._executions("node", f"{pipeline_name}.{step_id}"):
            if _KEY in execution.custom_properties:
                return _finished(execution, {})
        return None

    def _executions(self, context_type: str, context_name: str) -> list[mlmd.Execution]:
        """Return the successful executions in a context, the newest first."""
        context = self._store.get_context_by_type_and_name(context_type, context_name)
        executions = self._store.get_executions_by_context(context.id) if context else []
        done = (execution for execution in executions if execution.last_known_state in _DONE)
        return sorted(done, key=_by_id, reverse=True)

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

    def mark_finished(
        self,
        execution_id: int,
        *,
        parts: KeyParts,
        outcome: str,
        seconds: float = 0.0,
        failed_attempts: Sequence[FailedAttempt] = (),
    ) -> FinishedStep:
        """Give a completed execution its key; without it no later run takes its outputs.

        Args:
            execution_id: Id in ML Metadata.
            parts: What its key is made of.
            outcome: What the step did, in words.
            seconds: Wall time that it took.
            failed_attempts: Those before it in the same run; they stay on record.
        """
        with self.lock:
            (execution,) = self._store.get_executions_by_id([execution_id])
            execution.custom_properties[_KEY].string_value = parts.key
            execution.custom_properties[_PARTS].string_value = parts.to_json()
            execution.custom_properties[_OUTCOME].string_value = outcome
            execution.custom_properties[_SECONDS].double_value = seconds
            if failed_attempts:
                attempts = json.dumps([asdict(attempt) for attempt in failed_attempts])
                execution.custom_properties[_FAILED_ATTEMPTS].string_value = attempts
            self._store.put_executions([execution])
            pushes = [
                mlmd.Attribution(artifact_id=artifact.id, context_id=self._put_context(_PUSH, _checksum(artifact)))
                for _, artifact in self._output_artifacts(execution_id)
                if _PUSHED_VERSION in artifact.custom_properties
            ]
            with_key = mlmd.Association(execution_id=execution_id, context_id=self._put_context(_KEY, parts.key))
            self._store.put_attributions_and_associations(pushes, [with_key])
            (execution,) = self._store.get_executions_by_id([execution_id])
            return _finished(execution, self._outputs(execution_id) or {})

    def settle(self, run_id: str, *, pipeline_name: str, parts: Mapping[str, KeyParts]) -> tuple[str, ...]:
        """Give their keys to executions that a killed run completed but had no time to mark; call the others failed.

        Args:
            run_id: The killed run.
            pipeline_name: Its pipeline.
            parts: Step id to what its key in that run is made of.

        Returns:
            Ids of the steps that were saved.
        """
        with self.lock:
            in_run = {execution.id: execution for execution in self._executions("pipeline_run", run_id)}
            saved = []
            for step_id, of_step in parts.items():
                for execution in self._executions("node", f"{pipeline_name}.{step_id}"):
                    if execution.id in in_run and _KEY not in execution.custom_properties:
                        self.mark_finished(execution.id, parts=of_step, outcome="")
                        saved.append(step_id)
            self._fail_what_runs(run_id)
            return tuple(saved)

    def _fail_what_runs(self, run_id: str) -> None:
        context = self._store.get_context_by_type_and_name("pipeline_run", run_id)
        executions = self._store.get_executions_by_context(context.id) if context else []
        lost = [execution for execution in executions if execution.last_known_state == mlmd.Execution.RUNNING]
        for execution in lost:
            execution.last_known_state = mlmd.Execution.FAILED
            execution.custom_properties[_OUTCOME].string_value = "its run was killed"
        if lost:
            self._store.put_executions(lost)

    def reuse(self, finished: FinishedStep, *, pipeline_name: str, run_id: str, step_id: str) -> None:
        """Record in a new run that a step took the outputs of an earlier execution.

        The record is what TFX writes for a cache hit, so its launcher finds the outputs when later steps ask for them.
        """
        with self.lock:
            (earlier,) = self._store.get_executions_by_id([finished.execution_id])
            execution = mlmd.Execution(type_id=earlier.type_id, last_known_state=mlmd.Execution.CACHED)
            for name, value in earlier.properties.items():
                execution.properties[name].CopyFrom(value)
            for name, value in earlier.custom_properties.items():
                execution.custom_properties[name].CopyFrom(value)
            contexts = [self._context(*of) for of in _contexts(pipeline_name, run_id, step_id)]
            events = self._events_of(earlier.id)
            self._store.put_execution(execution, events, contexts, reuse_context_if_already_exist=True)

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
    yield Lineage(connection, MetadataLock(metadata_file))


@contextlib.contextmanager
def read_lineage(metadata_file: Path) -> Iterator[Lineage]:
    """Open the store in a file to look things up; where there is none, an empty one, and no file is made."""
    if metadata_file.exists():
        with open_lineage(metadata_file) as lineage:
            yield lineage
    else:
        connection = mlmd.ConnectionConfig()
        connection.fake_database.SetInParent()
        yield Lineage(connection, contextlib.nullcontext())


def _finished(execution: mlmd.Execution, outputs: Mapping[str, Path]) -> FinishedStep:
    of = execution.custom_properties
    return FinishedStep(
        execution_id=execution.id,
        outcome=of[_OUTCOME].string_value,
        outputs=outputs,
        seconds=of[_SECONDS].double_value,
        ended=datetime.fromtimestamp(execution.last_update_time_since_epoch / 1000, timezone.utc),
        parts=KeyParts.from_json(of[_PARTS].string_value) if of[_PARTS].string_value else None,
    )


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
