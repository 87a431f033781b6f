"""The runner's side of its worker: start it, give it steps, hear from it, end it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pipeline.errors import PipelineError
from pipeline.runners.base import RunRequest

_CODE_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class StepReply:
    """What the worker says of a step.

    Attributes:
        execution_id: Its id in ML Metadata; None when the step failed.
        outcome: What it did, or why it failed.
    """

    execution_id: int | None
    outcome: str


class WorkerProcess:
    """A running worker."""

    def __init__(self, process: "subprocess.Popen[str]", events: IO[str], log_file: Path) -> None:
        """Take over a process that was just started; use `start`."""
        self._process = process
        self._events = events
        self._log_file = log_file
        self._is_ready = False

    @classmethod
    @contextlib.contextmanager
    def start(cls, request: RunRequest) -> Iterator["WorkerProcess"]:
        """Start a worker for a run and end it with the block, at once if an error leaves the block."""
        log_file = request.folders.log_file(request.run_id)
        log_file.parent.mkdir(parents=True, exist_ok=True)
        events_read, events_write = os.pipe()
        with log_file.open("a") as log, os.fdopen(events_read) as events:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.runners.worker", str(events_write)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                pass_fds=(events_write,),
                env=_environment(),
                start_new_session=True,  # the terminal's Ctrl-C reaches the runner alone, which ends the worker
            )
            os.close(events_write)
            worker = cls(process, events, log_file)
            try:
                worker._send(_order(request))
                yield worker
            finally:
                worker._end()

    def wait_until_ready(self) -> None:
        """Return once TFX is loaded.

        Raises:
            PipelineError: When it cannot be loaded.
        """
        if not self._is_ready:
            message = self._receive()
            if message["event"] != "ready":
                raise PipelineError(str(message["outcome"]))
            self._is_ready = True

    def execute(self, step_id: str, on_progress: Callable[[str], None]) -> StepReply:
        """Have one step executed; progress messages are handed on until it ends."""
        self._send({"step": step_id})
        while True:
            message = self._receive()
            if message["event"] == "progress":
                on_progress(message["message"])
            else:
                return StepReply(message["execution_id"], message["outcome"])

    def _send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # a dead worker is noticed, and explained, when it does not answer
            stream = self._process.stdin
            if stream is not None:
                stream.write(json.dumps(message) + "\n")
                stream.flush()

    def _receive(self) -> dict[str, Any]:
        line = self._events.readline()
        if line:
            message: dict[str, Any] = json.loads(line)
            return message
        return {"event": "failed", "execution_id": None, "outcome": self._cause_of_death()}

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"
        hint = "; it may have run out of memory" if code == -signal.SIGKILL else ""
        return f"the worker process {how}{hint}; its output is in {self._log_file}"

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()


def _environment() -> dict[str, str]:
    """Return the environment of the worker: ours, with this code importable from any working folder."""
    paths = [str(_CODE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "1"),
    }


def _order(request: RunRequest) -> dict[str, Any]:
    return {
        "run_id": request.run_id,
        "config": request.config.model_dump(mode="json"),
        "steps": [{"id": step.id, "parameters": step.parameters} for step in request.plan.steps],
        "unfinished": [step.id for step in request.plan.steps if step.id not in request.plan.finished],
        "artifacts_dir": str(request.folders.artifacts),
        "metadata_file": str(request.folders.metadata_file),
    }
