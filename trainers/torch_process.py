"""Run a PyTorch training job in a process of its own, where torch is loaded before TensorFlow.

This side may live in any process, whatever it has imported. The two sides talk in JSON lines: the request goes to the
job's standard input, which then stays open so that the job notices when this side dies; progress and the outcome
come back on a pipe of their own, out of the way of what libraries print.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from trainers.errors import TrainerError, TransientError
from trainers.progress import TrainingProgress, log_progress
from trainers.training_request import TrainingRequest

_EXIT_TIMEOUT_SECONDS = 60
_CODE_ROOT = Path(__file__).resolve().parents[1]


class TorchProcessError(TrainerError):
    """The PyTorch process could not do the job; its message is the job's own."""


def run_in_torch_process(request: TrainingRequest) -> None:
    """Train, export and leave everything in the folders of the request; returns when it is done.

    Raises:
        TorchProcessError: The job failed.
        TransientError: It failed for a reason outside of it, or its process was killed.
    """
    process = _waiting.pop() if _waiting else TorchProcess()
    process.run(request)


def warm_up() -> None:
    """Start a process for the next job already, so that it loads torch and TensorFlow while other work goes on."""
    if not _waiting:
        _waiting.append(TorchProcess())


class TorchProcess:
    """A process that loads its libraries at once and then does one job."""

    def __init__(self) -> None:
        """Start it."""
        events_read, events_write = os.pipe()
        self._events: IO[str] = os.fdopen(events_read)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "trainers.torch_main", str(events_write)],
            stdin=subprocess.PIPE,
            text=True,
            pass_fds=(events_write,),
            env=_environment(),
        )
        os.close(events_write)

    def run(self, request: TrainingRequest) -> None:
        """Have the job done and end the process; see `run_in_torch_process`."""
        try:
            outcome = self._follow(request)
            if outcome is None:
                self._process.wait(_EXIT_TIMEOUT_SECONDS)
        finally:
            self._process.kill()
            code = self._process.wait()
            self._close()
        if outcome is None:
            raise _error_of_death(code)
        if outcome["error"]:
            raise (TransientError if outcome["is_transient"] else TorchProcessError)(outcome["error"])

    def _close(self) -> None:
        self._events.close()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def _follow(self, request: TrainingRequest) -> dict[str, Any] | None:
        """Send the request and hand progress on until the job says how it ended; None if it never does."""
        requests = self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # a job that died is noticed by its silence
            if requests is not None:
                requests.write(request.model_dump_json() + "\n")
                requests.flush()
        for line in self._events:
            message: dict[str, Any] = json.loads(line)
            if "progress" not in message:
                return message
            log_progress(TrainingProgress(**message["progress"]))
        return None


_waiting: list[TorchProcess] = []
"""At most one process that was warmed up and has no job yet."""


def _environment() -> dict[str, str]:
    """Return the environment of the job: this code importable, and OpenMP threads that sleep while they wait.

    By default they spin, which on two busy cores made an epoch up to eight times slower. It has to be said before torch
    is loaded.
    """
    paths = [str(_CODE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _error_of_death(code: int) -> TrainerError:
    if code >= 0:
        return TorchProcessError(f"the PyTorch process exited with code {code}; the reason is in the log")
    hint = (
        "; it may have run out of memory: train.optimization.micro_batches lowers the need"
        if code == -signal.SIGKILL
        else ""
    )
    return TransientError(f"the PyTorch process was killed by {signal.Signals(-code).name}{hint}")
