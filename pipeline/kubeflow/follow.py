"""Follow a run on a cluster: look at it again and again and tell what changed."""

import time
from collections.abc import Callable, Sequence

from pipeline.events import Listener, StepFinished, StepStarted, StepStatus
from pipeline.kubeflow.cluster_run import ClusterRun, ClusterTask

_STATUS: dict[str, StepStatus] = {
    "SUCCEEDED": "executed",
    "SKIPPED": "cached",
    "FAILED": "failed",
    "CANCELED": "failed",
}


def follow(
    look: Callable[[], ClusterRun], listener: Listener, steps: Sequence[str], *, interval_seconds: float
) -> tuple[ClusterRun, StepFinished | None]:
    """Tell of a run until it ends; returns its last state and the step that failed, if one did.

    Args:
        look: Asks the server.
        listener: Receives the events.
        steps: Ids of the steps; what else the run consists of is KFP's own business.
        interval_seconds: Time between two looks, s.
    """
    follower = _Follower(listener, steps)
    run = look()
    while True:
        follower.tell(run)
        if run.has_ended:
            return run, follower.close()
        time.sleep(interval_seconds)
        run = look()


class _Follower:
    """Remembers what has been told."""

    def __init__(self, listener: Listener, steps: Sequence[str]) -> None:
        self._listener = listener
        self._steps = steps
        self._started: set[str] = set()
        self._ended: dict[str, StepFinished] = {}

    def tell(self, run: ClusterRun) -> None:
        """Tell what is new in a run."""
        for task in run.tasks:
            if task.name in self._steps and task.name not in self._ended:
                self._tell_task(task)

    def _tell_task(self, task: ClusterTask) -> None:
        if task.name not in self._started and task.state != "PENDING":
            self._started.add(task.name)
            self._listener(StepStarted(task.name))
        if task.has_ended:
            reason = (task.error or "see its log on the cluster") if _STATUS[task.state] == "failed" else ""
            self._end(StepFinished(task.name, _STATUS[task.state], task.seconds, reason))

    def close(self) -> StepFinished | None:
        """Tell of the steps that never began; returns the one that failed."""
        for step in self._steps:
            if step not in self._ended:
                self._end(StepFinished(step, "skipped", 0.0, ""))
        return next((ended for ended in self._ended.values() if ended.status == "failed"), None)

    def _end(self, event: StepFinished) -> None:
        self._ended[event.step] = event
        self._listener(event)
