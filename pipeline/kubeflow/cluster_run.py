"""What the server tells of a run, in the few words that we need of it."""

from dataclasses import dataclass
from typing import Any

_TERMINAL = ("SUCCEEDED", "FAILED", "CANCELED", "SKIPPED")


@dataclass(frozen=True, kw_only=True)
class ClusterTask:
    """One task of a run.

    Attributes:
        name: Its name, a step's id; KFP's own tasks have other names.
        state: As KFP names it: PENDING, RUNNING, SUCCEEDED, FAILED...
        seconds: Wall time so far; 0 before it has ended.
        error: Why it failed; empty if it did not or nobody says.
    """

    name: str
    state: str
    seconds: float = 0.0
    error: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in _TERMINAL


@dataclass(frozen=True, kw_only=True)
class ClusterRun:
    """A run at one moment.

    Attributes:
        state: As KFP names it.
        tasks: What has begun so far.
        error: Why it failed; empty if it did not or nobody says.
    """

    state: str
    tasks: tuple[ClusterTask, ...] = ()
    error: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in _TERMINAL


def read_run(answer: Any) -> ClusterRun:
    """Return a run from the SDK's model of it, in which every field may be missing."""
    details = answer.run_details.task_details if answer.run_details else None
    tasks = tuple(_read_task(task) for task in details or ())
    return ClusterRun(state=answer.state or "PENDING", tasks=tasks, error=_message(answer.error))


def _read_task(task: Any) -> ClusterTask:
    has_times = task.start_time is not None and task.end_time is not None
    seconds = max((task.end_time - task.start_time).total_seconds(), 0.0) if has_times else 0.0
    return ClusterTask(
        name=task.display_name or "", state=task.state or "PENDING", seconds=seconds, error=_message(task.error)
    )


def _message(error: Any) -> str:
    return " ".join(str(error.message).split()) if error is not None and error.message else ""
