"""The local runner: this process plans and shows, worker processes load TFX once each and execute.

Nothing is loaded when nothing has to be executed. A second worker is started when two steps can run side by side; it
loads while the first one works on the data. What workers and frameworks print goes to the log file. When this process
dies, however suddenly, its workers follow: each watches the pipe between them.
"""

import contextlib
import fcntl
import shutil
import time
from collections.abc import Iterator
from typing import Any

from pipeline.errors import PipelineError
from pipeline.events import (
    Listener,
    Preparing,
    StepFinished,
    StepProgress,
    StepRetrying,
    StepSilent,
    StepStarted,
    StepStatus,
)
from pipeline.lineage import Lineage, open_lineage
from pipeline.lineage_records import FinishedStep
from pipeline.runners.base import RunFolders, RunRequest, RunResult
from pipeline.runners.schedule import Schedule, choose
from pipeline.runners.worker_pool import WorkerPool
from pipeline.runners.worker_process import WorkerProcess

_TICK_SECONDS = 1.0
_SILENCE_SECONDS = 20.0
ROOT_IN_USE = "another run works in"
"""How the message of a root that another run holds begins."""


class LocalRunner:
    """Executes the steps on this machine, side by side where that is possible."""

    def run(self, request: RunRequest, listener: Listener) -> RunResult:
        """Execute what the plan has not finished.

        Args:
            request: What to run.
            listener: Receives the events.

        Returns:
            How each step ended; after a failure those that run are finished and the remaining ones are skipped.
        """
        with open_lineage(request.folders.metadata_file) as lineage:
            return _Execution(request, listener, lineage).run()


class _Execution:
    """One run's state while it goes through the steps."""

    def __init__(self, request: RunRequest, listener: Listener, lineage: Lineage) -> None:
        self._request = request
        self._listener = listener
        self._lineage = lineage
        self._limits = request.config.local
        self._schedule = Schedule(request.plan.to_execute, self._limits)
        self._pool = WorkerPool(request, jobs=self._schedule.jobs)
        self._began: dict[str, float] = {}
        self._ended: dict[str, StepFinished] = {}
        self._finished: dict[str, FinishedStep] = {}

    def run(self) -> RunResult:
        self._take_what_is_there()
        with contextlib.closing(self._pool):
            if not self._schedule.is_over:
                self._listener(Preparing("loading TFX"))
            while not self._schedule.is_over:
                self._grow()
                self._start_steps()
                for worker, message in self._pool.wait(self._patience_seconds()):
                    self._receive(worker, message)
                self._watch()
        for step_id in self._schedule.unfinished:
            self._end(step_id, "skipped", 0.0, "")
        return RunResult(
            steps=tuple(self._ended[step.id] for step in self._request.plan.steps), finished=self._finished
        )

    def _take_what_is_there(self) -> None:
        plan, run_id = self._request.plan, self._request.run_id
        for step in plan.steps:
            earlier = plan.finished.get(step.id)
            if earlier is not None:
                name = self._request.config.pipeline_name
                self._lineage.reuse(earlier, pipeline_name=name, run_id=run_id, step_id=step.id)
                self._finished[step.id] = earlier
                self._end(step.id, "cached", 0.0, earlier.outcome)
            elif step.id in plan.left_out:
                self._end(step.id, "left out", 0.0, "")

    def _grow(self) -> None:
        """Start a worker if there is use for one more."""
        if self._pool.may_grow and self._pool.size < self._schedule.useful_workers():
            self._pool.grow()

    def _start_steps(self) -> None:
        while True:
            idle = self._pool.idle
            pair = choose(self._schedule.startable(time.monotonic()), idle, self._pool.preferred)
            if pair is None:
                return
            step, name = pair
            attempt = self._schedule.start(step.id)
            self._began[step.id] = time.monotonic()
            self._listener(StepStarted(step.id))
            idle[name].execute(step.id, is_retry=attempt > 1)

    def _patience_seconds(self) -> float:
        """Return how long to wait for word from a worker: until the next retry is due, and never long."""
        due = self._schedule.next_retry_seconds()
        return _TICK_SECONDS if due is None else min(_TICK_SECONDS, max(0.0, due - time.monotonic()))

    def _receive(self, worker: WorkerProcess, message: dict[str, Any]) -> None:
        step_id = worker.step_id
        if step_id is None:
            return  # a worker without a step died; another one is started if it is needed
        match message["event"]:
            case "progress":
                self._listener(StepProgress(step_id, message["message"]))
            case "done":
                worker.step_id = None
                self._succeed(step_id, message["execution_id"], message["outcome"])
            case "failed":
                worker.step_id = None
                self._fail(step_id, message["outcome"], is_transient=message["is_transient"])
            case "died":
                self._fail(step_id, message["outcome"], is_transient=True)

    def _succeed(self, step_id: str, execution_id: int, outcome: str) -> None:
        seconds = time.monotonic() - self._began[step_id]
        self._finished[step_id] = self._lineage.mark_finished(
            execution_id,
            parts=self._request.plan.parts[step_id],
            outcome=outcome,
            seconds=seconds,
            failed_attempts=self._schedule.failures_of(step_id),
        )
        shutil.rmtree(self._request.checkpoint_dir(step_id), ignore_errors=True)
        self._schedule.succeed(step_id)
        self._end(step_id, "executed", seconds, outcome)

    def _fail(self, step_id: str, why: str, *, is_transient: bool) -> None:
        now = time.monotonic()
        seconds = now - self._began[step_id]
        retry = self._schedule.fail(step_id, why=why, seconds=seconds, is_transient=is_transient, now_seconds=now)
        if retry is None:
            self._end(step_id, "failed", seconds, why)
        else:
            self._listener(StepRetrying(step_id, retry.attempt, retry.wait_seconds, why))

    def _watch(self) -> None:
        """End steps that are over their time, and say which worker has fallen silent."""
        now = time.monotonic()
        for worker in self._pool.busy:
            step_id = str(worker.step_id)
            limit = self._limits.timeout_seconds_of(step_id)
            if limit is not None and now - self._began[step_id] > limit:
                self._pool.end(worker)
                why = f"ended after {limit:g} s, its time limit; raise local.steps.{step_id}.timeout_seconds"
                self._fail(step_id, why, is_transient=False)
            elif now - worker.heard_seconds > _SILENCE_SECONDS:
                self._listener(StepSilent(step_id, now - worker.heard_seconds))

    def _end(self, step_id: str, status: StepStatus, seconds: float, outcome: str) -> None:
        ended = StepFinished(step_id, status, seconds, outcome, attempts=self._schedule.attempts_of(step_id))
        self._ended[step_id] = ended
        self._listener(ended)


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
            raise PipelineError(f"{ROOT_IN_USE} {folders.root}; wait for it or choose another --root") from error
        yield lock.fileno()
