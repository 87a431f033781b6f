"""KFP's record of artifacts: what comes out of it is not quite what went in."""

from dataclasses import dataclass, field
from typing import Any

from pipeline.kubeflow.emulator.errors import TaskError


@dataclass
class ArtifactStore:
    """Artifacts by producing task and output name."""

    _artifacts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def record(self, task: str, output: str, *, uri: str, metadata: dict[str, Any]) -> None:
        """Keep one artifact under a new id."""
        self._artifacts[task, output] = {
            "name": str(len(self._artifacts) + 1),
            "type": {"instanceSchema": ""},
            "uri": uri,
            "metadata": {key: through_store(key, value) for key, value in metadata.items()},
        }

    def find(self, task: str, output: str) -> dict[str, Any]:
        """Return an artifact as a later task gets it: with an id for a name and a blank type.

        Raises:
            TaskError: The task left no such artifact.
        """
        if (task, output) not in self._artifacts:
            raise TaskError(f"task {task} has no output {output!r}")
        return dict(self._artifacts[task, output])


def through_store(key: str, value: Any) -> Any:
    """Return a metadata value as it comes back: numbers and flags as doubles, structures in an envelope.

    Raises:
        TaskError: The value is null, which fails a task.
    """
    match value:
        case None:
            raise TaskError(f"metadata {key!r} is null, which KFP cannot record")
        case bool() | int() | float():
            return float(value)
        case dict():
            return {"struct": value}
        case list():
            return {"list": value}
        case _:
            return value
