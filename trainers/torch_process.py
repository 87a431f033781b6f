"""PyTorch training jobs, each in a process of its own, where torch is loaded before TensorFlow."""

from trainers.job_process import JobProcess
from trainers.training_request import TrainingRequest


def run_in_torch_process(request: TrainingRequest) -> None:
    """Train, export and leave everything in the folders of the request; returns when it is done.

    Raises:
        JobProcessError: The job failed.
        TransientError: It failed for a reason outside of it, or its process was killed.
    """
    process = _waiting.pop() if _waiting else _start()
    process.run(request)


def warm_up() -> None:
    """Start a process for the next job already, so that it loads torch and TensorFlow while other work goes on."""
    if not _waiting:
        _waiting.append(_start())


def _start() -> JobProcess:
    return JobProcess("trainers.torch_main", name="PyTorch process")


_waiting: list[JobProcess] = []
"""At most one process that was warmed up and has no job yet."""
