"""What a step did, in words, read from what it left before the launcher takes it away."""

from pathlib import Path
from typing import Any


def read_step_outcome(step: str, executor_input: dict[str, Any], output_file: Path) -> str:
    """Return what a step did; empty if there is nothing to say.

    Args:
        step: Its id.
        executor_input: ExecutorInput in JSON with local folders.
        output_file: ExecutorOutput that TFX wrote, still with local folders.
    """
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2
    from tfx.orchestration.kubeflow.v2.container.kubeflow_v2_entrypoint_utils import parse_raw_artifact_dict

    from pipeline.runners.outcomes import describe_outcome

    left = json_format.Parse(output_file.read_text(), pipeline_spec_pb2.ExecutorOutput())
    planned = executor_input.get("outputs", {}).get("artifacts", {})
    for name, group in left.artifacts.items():
        for artifact, plan in zip(group.artifacts, planned[name]["artifacts"], strict=True):
            json_format.ParseDict(plan["type"], artifact.type)
            artifact.name = ""
    return describe_outcome(step, parse_raw_artifact_dict(left.artifacts))
