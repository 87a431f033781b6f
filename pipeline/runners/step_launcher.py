"""Execute single nodes of the TFX pipeline with TFX's own portable launcher."""

from pathlib import Path
from typing import Any

from tfx.dsl.compiler import compiler, constants
from tfx.orchestration import metadata
from tfx.orchestration.local import runner_utils
from tfx.orchestration.portable import launcher, runtime_parameter_utils
from tfx.orchestration.portable.mlmd import execution_lib
from tfx.proto.orchestration import pipeline_pb2

from pipeline.config import PipelineConfig
from pipeline.graph import build_pipeline
from pipeline.runners.outcomes import describe_outcome
from pipeline.steps import Step


class StepLauncher:
    """A compiled pipeline whose nodes can be launched one by one."""

    def __init__(self, pipeline: pipeline_pb2.Pipeline, run_id: str) -> None:
        """Take a compiled pipeline and put the run's id into it."""
        runtime_parameter_utils.substitute_runtime_parameter(
            pipeline, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: run_id}
        )
        self._pipeline = pipeline
        self._deployment = runner_utils.extract_local_deployment_config(pipeline)
        self._nodes = {node.pipeline_node.node_info.id: node.pipeline_node for node in pipeline.nodes}

    @classmethod
    def from_order(cls, order: dict[str, Any]) -> "StepLauncher":
        """Build and compile the pipeline that a runner ordered."""
        config = PipelineConfig.model_validate(order["config"])
        pipeline = build_pipeline(
            config,
            [Step(id=step["id"], parameters=step["parameters"]) for step in order["steps"]],
            artifacts_dir=Path(order["artifacts_dir"]),
            metadata_file=Path(order["metadata_file"]),
            beam_args=beam_arguments(config.beam.workers),
        )
        return cls(compiler.Compiler().compile(pipeline), order["run_id"])

    def launch(self, step_id: str) -> tuple[int, str]:
        """Execute one node; returns its execution's id in ML Metadata and what it did, in words."""
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

    def _metadata(self) -> metadata.Metadata:
        connection = self._deployment.metadata_connection_config
        return metadata.Metadata(getattr(connection, connection.WhichOneof("connection_config")))


def beam_arguments(workers: int) -> list[str]:
    """Return the options of Beam's in-process runner, with a number of worker threads.

    It is named directly: the DirectRunner in front of it examines every pipeline twice (a third of the time of a small
    one) and may hand over to Prism, a binary that it downloads. The image name keeps TFX from packing its own source
    for remote workers before each step; in this process nothing is packed or pulled.
    """
    return [
        "--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner",
        f"--direct_running_mode={'in_memory' if workers == 1 else 'multi_threading'}",
        f"--direct_num_workers={workers}",
        "--sdk_container_image=unused-in-process",
    ]
