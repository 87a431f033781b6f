"""The last step of a run on Kubeflow Pipelines, which turns "nothing was blessed" into a failed run."""

from typing import Any

from pipeline import steps
from pipeline.kubeflow.step_kinds import VERDICT

_COMMAND = ("python", "-m", "pipeline.kubeflow.verdict")


def add_verdict(spec: dict[str, Any], image: str) -> None:
    """Add the step to a PipelineSpec, in place: it reads Champion's decision once Pusher is done."""
    decision = spec["components"][steps.CHAMPION]["outputDefinitions"]["artifacts"]["decision"]
    label = f"{VERDICT}_executor"
    spec["components"][VERDICT] = {
        "executorLabel": label,
        "inputDefinitions": {"artifacts": {"decision": {"artifactType": decision["artifactType"]}}},
    }
    spec["deploymentSpec"]["executors"][label] = {
        "container": {
            "image": image,
            "command": list(_COMMAND),
            "args": ["{{$.inputs.artifacts['decision'].path}}"],
        }
    }
    source = {"producerTask": steps.CHAMPION, "outputArtifactKey": "decision"}
    spec["root"]["dag"]["tasks"][VERDICT] = {
        "taskInfo": {"name": VERDICT},
        "componentRef": {"name": VERDICT},
        "dependentTasks": [steps.CHAMPION, steps.PUSHER],
        "inputs": {"artifacts": {"decision": {"taskOutputArtifact": source}}},
    }
