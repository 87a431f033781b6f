"""Have TFX compile the pipeline for Kubeflow Pipelines."""

import tempfile
from pathlib import Path
from typing import Any

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.kubeflow.preconditions import pipeline_name
from pipeline.steps import describe_steps

ENTRY_POINT = ("python", "-m", "pipeline.kubeflow.step")
"""Command of every container of a TFX step."""


def compile_with_tfx(config: PipelineConfig, data: Dataset) -> dict[str, Any]:
    """Return the PipelineSpec of the pipeline in `pipeline.graph`, as TFX writes it.

    Args:
        config: Configuration of the run, with paths of the pods.
        data: What is known of the data; its number of classes counts.
    """
    from tfx.orchestration.kubeflow.v2 import kubeflow_v2_dag_runner as tfx_kubeflow

    from pipeline.beam.arguments import beam_arguments
    from pipeline.graph import build_pipeline

    named = config.model_copy(update={"model_name": pipeline_name(config).removeprefix("tandem-")})
    with tempfile.TemporaryDirectory() as unused:  # neither artifacts nor metadata of a cluster are on this machine
        pipeline = build_pipeline(
            named,
            describe_steps(config, data, baseline_checksum=""),
            artifacts_dir=Path(unused),
            metadata_file=Path(unused) / "metadata.sqlite",
            beam_args=beam_arguments(config.beam),
        )
        runner = tfx_kubeflow.KubeflowV2DagRunner(
            tfx_kubeflow.KubeflowV2DagRunnerConfig(
                default_image=config.kubeflow.image, default_commands=list(ENTRY_POINT), use_pipeline_spec_2_1=True
            )
        )
        job = runner.run(pipeline, write_out=False)
    spec: dict[str, Any] = job["pipelineSpec"]
    return spec
