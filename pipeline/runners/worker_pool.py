"""The workers of a run: started when there is use for them, heard together, ended together."""

import contextlib
import selectors
from collections.abc import Iterator
from typing import Any

from pipeline import steps
from pipeline.errors import PipelineError
from pipeline.runners.base import RunRequest
from pipeline.runners.worker_process import WorkerProcess

Message = tuple[WorkerProcess, dict[str, Any]]


class WorkerPool:
    """A few workers."""

    def __init__(self, request: RunRequest, *, jobs: int) -> None:
        """Prepare a pool; `grow` starts workers.

        Args:
            request: The run to serve.
            jobs: How many workers there will be in the end.
        """
        self._request = request
        self._jobs = jobs
        self._workers: dict[str, WorkerProcess] = {}
        self._selector = selectors.DefaultSelector()
        self._started = 0
        self._torch_worker = ""
        self._will_train_torch = _trains_torch_soon(request)

    @property
    def size(self) -> int:
        """Workers that are alive."""
        return len(self._workers)

    @property
    def may_grow(self) -> bool:
        """Whether one more worker may be started; one at a time, since loading takes a core."""
        return self.size < self._jobs and not self.is_loading

    @property
    def is_loading(self) -> bool:
        """Whether a worker is still loading TFX."""
        return any(not worker.is_ready for worker in self._workers.values())

    @property
    def busy(self) -> list[WorkerProcess]:
        """Workers that execute a step."""
        return [worker for worker in self._workers.values() if worker.step_id is not None]

    @property
    def idle(self) -> dict[str, WorkerProcess]:
        """Workers that can take a step, by name."""
        return {name: worker for name, worker in self._workers.items() if worker.is_idle}

    @property
    def preferred(self) -> dict[str, str]:
        """Step id to the name of the worker that has prepared for it."""
        return {steps.trainer("pytorch"): self._torch_worker} if self._torch_worker in self._workers else {}

    def grow(self) -> None:
        """Start one more worker. The last of them loads torch for a PyTorch training, beside its own loading."""
        self._started += 1
        name = f"worker {self._started}"
        prepares_torch = self._will_train_torch and not self._torch_worker and self.size + 1 >= self._jobs
        if prepares_torch:
            self._torch_worker = name
        worker = WorkerProcess(name, self._request, prepares_torch=prepares_torch)
        self._workers[name] = worker
        self._selector.register(worker, selectors.EVENT_READ, worker)

    def wait(self, timeout_seconds: float) -> Iterator[Message]:
        """Yield what workers say, waiting for the first word at most this long.

        Raises:
            PipelineError: A worker cannot load the pipeline.
        """
        for key, _ in self._selector.select(timeout_seconds):
            worker: WorkerProcess = key.data
            for message in worker.messages():
                yield from self._receive(worker, message)

    def _receive(self, worker: WorkerProcess, message: dict[str, Any]) -> Iterator[Message]:
        event = message["event"]
        if event == "alive":
            return
        if event == "ready":
            worker.is_ready = True
        elif not worker.is_ready:
            self.end(worker)
            self._jobs = self.size  # e.g. too little memory for one more; those that are there go on
            if not self._workers:
                raise PipelineError(str(message["outcome"]))
        else:
            if event == "died":
                self.end(worker)
            yield worker, message

    def end(self, worker: WorkerProcess) -> None:
        """End one worker at once."""
        if self._workers.pop(worker.name, None) is not None:
            self._selector.unregister(worker)
            worker.end()

    def close(self) -> None:
        """End all workers at once."""
        for worker in list(self._workers.values()):
            with contextlib.suppress(OSError):
                self.end(worker)
        self._selector.close()


def _trains_torch_soon(request: RunRequest) -> bool:
    """Return whether a PyTorch training comes as soon as the data are ready; a search before it takes its time."""
    to_execute = {step.id for step in request.plan.to_execute}
    return steps.trainer("pytorch") in to_execute and steps.tuner("pytorch") not in to_execute
