"""The local runner: this process plans and shows, a worker process loads TFX once and executes.

Nothing is loaded when nothing has to be executed. The worker's output, and that of all frameworks in it, goes to the
log file. When this process dies, however suddenly, its worker follows: it watches the pipe between them.
"""

import contextlib
import fcntl
import time
from collections.abc import Iterator

from pipeline.errors import PipelineError
from pipeline.events import Listener, Preparing, StepFinished, StepProgress, StepStarted
from pipeline.lineage import FinishedStep, Lineage, open_lineage
from pipeline.runners.base import RunFolders, RunRequest, RunResult
from pipeline.runners.worker_process import WorkerProcess
from pipeline.steps import Step


class LocalRunner:
    """Executes the steps one after the other on this machine."""

    def run(self, request: RunRequest, listener: Listener) -> RunResult:
        """Execute what the plan has not finished.

        Args:
            request: What to run.
            listener: Receives the events.

        Returns:
            How each step ended; after a failure the remaining ones are skipped.
        """
        with open_lineage(request.folders.metadata_file) as lineage, contextlib.ExitStack() as stack:
            worker = None
            if not request.plan.is_complete:
                listener(Preparing("loading TFX"))
                worker = stack.enter_context(WorkerProcess.start(request))
            return _Execution(request, listener, lineage, worker).run()


class _Execution:
    """One run's state while it goes through the steps."""

    def __init__(self, request: RunRequest, listener: Listener, lineage: Lineage, worker: WorkerProcess | None) -> None:
        self._request = request
        self._listener = listener
        self._lineage = lineage
        self._worker = worker
        self._ended: list[StepFinished] = []
        self._finished: dict[str, FinishedStep] = {}

    def run(self) -> RunResult:
        for step in self._request.plan.steps:
            ended = self._end_step(step)
            self._ended.append(ended)
            self._listener(ended)
        return RunResult(steps=tuple(self._ended), finished=self._finished)

    def _end_step(self, step: Step) -> StepFinished:
        if any(ended.status == "failed" for ended in self._ended):
            return StepFinished(step.id, "skipped", 0.0, "")
        earlier = self._request.plan.finished.get(step.id)
        return self._reuse(step, earlier) if earlier else self._execute(step)

    def _reuse(self, step: Step, earlier: FinishedStep) -> StepFinished:
        name = f"tandem-{self._request.config.pushed_name}"
        self._lineage.reuse(earlier, pipeline_name=name, run_id=self._request.run_id, step_id=step.id)
        self._finished[step.id] = earlier
        return StepFinished(step.id, "cached", 0.0, earlier.outcome)

    def _execute(self, step: Step) -> StepFinished:
        if self._worker is None:
            raise PipelineError(f"step {step.id} has to be executed but no worker was started")
        self._worker.wait_until_ready()
        self._listener(StepStarted(step.id))
        started = time.monotonic()
        reply = self._worker.execute(step.id, lambda message: self._listener(StepProgress(step.id, message)))
        seconds = time.monotonic() - started
        if reply.execution_id is None:
            return StepFinished(step.id, "failed", seconds, reply.outcome)
        key = self._request.plan.keys[step.id]
        self._finished[step.id] = self._lineage.mark_finished(reply.execution_id, step_key=key, outcome=reply.outcome)
        return StepFinished(step.id, "executed", seconds, reply.outcome)


@contextlib.contextmanager
def hold_root(folders: RunFolders) -> Iterator[int]:
    """Let one run at a time work in a root; yields the descriptor of the lock, for the worker to hold too.

    Raises:
        PipelineError: Another run holds it, or the root cannot be written.
    """
    try:
        folders.root.mkdir(parents=True, exist_ok=True)
        lock = folders.lock_file.open("w")
    except OSError as error:
        raise PipelineError(f"root folder {folders.root} cannot be written: {error.strerror}; check --root") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PipelineError(f"another run works in {folders.root}; wait for it or choose another --root") from error
        yield lock.fileno()
