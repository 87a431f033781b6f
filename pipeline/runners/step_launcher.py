"""Execute single nodes of the TFX pipeline with TFX's own portable launcher."""

import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

from tfx.dsl.compiler import compiler, constants
from tfx.orchestration import metadata
from tfx.orchestration.local import runner_utils
from tfx.orchestration.portable import launcher, runtime_parameter_utils
from tfx.orchestration.portable.mlmd import context_lib, execution_lib
from tfx.proto.orchestration import pipeline_pb2

from pipeline.beam.arguments import beam_arguments
from pipeline.config import PipelineConfig
from pipeline.graph import build_pipeline
from pipeline.metadata_lock import MetadataLock
from pipeline.runners.outcomes import describe_outcome
from pipeline.step import Node, Step


class _LockedMetadata(metadata.Metadata):
    """ML Metadata, one process at a time; TFX opens it before and after an executor, not while that works."""

    def __init__(self, connection: Any, lock: MetadataLock) -> None:
        super().__init__(connection)
        self._lock = lock

    def __enter__(self) -> "_LockedMetadata":
        self._lock.__enter__()
        try:
            super().__enter__()
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_value, exc_tb)
        finally:
            self._lock.__exit__(exc_type, exc_value, exc_tb)


class StepLauncher:
    """A compiled pipeline whose nodes can be launched one by one."""

    def __init__(
        self, pipeline: pipeline_pb2.Pipeline, run_id: str, *, artifacts_dir: Path, metadata_file: Path
    ) -> None:
        """Take a compiled pipeline and put the run's id into it.

        Args:
            pipeline: What TFX's compiler made of `build_pipeline`.
            run_id: Unique name of the run.
            artifacts_dir: Folder for the artifacts of all steps.
            metadata_file: SQLite file of ML Metadata.
        """
        runtime_parameter_utils.substitute_runtime_parameter(
            pipeline, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: run_id}
        )
        self._pipeline = pipeline
        self._artifacts_dir = artifacts_dir
        self._metadata_lock = MetadataLock(metadata_file)
        self._deployment = runner_utils.extract_local_deployment_config(pipeline)
        self._nodes = {node.pipeline_node.node_info.id: node.pipeline_node for node in pipeline.nodes}

    @classmethod
    def from_order(cls, order: dict[str, Any]) -> "StepLauncher":
        """Build and compile the pipeline that a runner ordered."""
        config = PipelineConfig.model_validate(order["config"])
        folders = {"artifacts_dir": Path(order["artifacts_dir"]), "metadata_file": Path(order["metadata_file"])}
        pipeline = build_pipeline(
            config,
            [
                Step(id=step["id"], node=Node.from_json(step["node"]), parameters=step["parameters"])
                for step in order["steps"]
            ],
            **folders,
            beam_args=beam_arguments(config.beam),
        )
        return cls(compiler.Compiler().compile(pipeline), order["run_id"], **folders)

    def launch(self, step_id: str, *, is_retry: bool) -> tuple[int, str]:
        """Execute one node.

        Args:
            step_id: Id of the node.
            is_retry: Whether an attempt in this run failed and may have left something behind.

        Returns:
            Its execution's id in ML Metadata, and what it did, in words.
        """
        if is_retry:
            self._clear_earlier_attempt(step_id)
        execution = launcher.Launcher(
            pipeline_node=self._nodes[step_id],
            mlmd_connection=self._metadata(),
            pipeline_info=self._pipeline.pipeline_info,
            pipeline_runtime_spec=self._pipeline.runtime_spec,
            executor_spec=runner_utils.extract_executor_spec(self._deployment, step_id),
            custom_driver_spec=runner_utils.extract_custom_driver_spec(self._deployment, step_id),
        ).launch()
        with self._metadata() as store:  # what the executor set on its artifacts is only there
            outputs = execution_lib.get_output_artifacts(store, execution.execution_id)
        return execution.execution_id, describe_outcome(step_id, outputs)

    def _clear_earlier_attempt(self, step_id: str) -> None:
        """Remove what an attempt that was killed left in the output folders.

        TFX takes up the same execution again, and with it the same folders, when a node is launched twice in a run.
        """
        with self._metadata() as store:
            contexts = context_lib.prepare_contexts(store, self._nodes[step_id].contexts)
            executions = execution_lib.get_executions_associated_with_all_contexts(store, contexts)
        for execution in executions:
            for folder in (self._artifacts_dir / step_id).glob(f"[!.]*/{execution.id}"):
                shutil.rmtree(folder)

    def _metadata(self) -> _LockedMetadata:
        connection = self._deployment.metadata_connection_config
        return _LockedMetadata(getattr(connection, connection.WhichOneof("connection_config")), self._metadata_lock)
