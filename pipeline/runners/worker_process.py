"""The runner's side of one worker: start it, give it steps, hear from it, end it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from pipeline import steps
from pipeline.runners.base import RunRequest
from pipeline.step import Step

_CODE_ROOT = Path(__file__).resolve().parents[2]


class WorkerProcess:
    """A worker: it loads TFX, says that it is ready, and then executes one step at a time."""

    def __init__(self, name: str, request: RunRequest, *, prepares_torch: bool) -> None:
        """Start it.

        Args:
            name: What to call it.
            request: The run that it serves.
            prepares_torch: Whether it loads torch too, in a process beside it, for a PyTorch training to come.
        """
        self.name = name
        self.is_ready = False
        self.step_id: str | None = None
        self.heard_seconds = time.monotonic()
        self._log_file = request.folders.log_file(request.run_id)
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        events_read, events_write = os.pipe()
        os.set_blocking(events_read, False)
        self._events = events_read
        self._unread = b""
        with self._log_file.open("a") as log:
            self._process = subprocess.Popen(
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
        self._send(_order(request, prepares_torch=prepares_torch))

    @property
    def is_idle(self) -> bool:
        """Whether it can take a step."""
        return self.is_ready and self.step_id is None

    def execute(self, step_id: str, *, is_retry: bool) -> None:
        """Give it a step.

        Args:
            step_id: The step.
            is_retry: Whether an attempt in this run failed and may have left something behind.
        """
        self.step_id = step_id
        self.heard_seconds = time.monotonic()
        self._send({"step": step_id, "is_retry": is_retry})

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the worker has said something, or died."""
        return self._events

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what it said since the last call; a worker that died says `died` with the reason as `outcome`."""
        content = self._read()
        self.heard_seconds = time.monotonic()
        *lines, self._unread = (self._unread + content).split(b"\n")
        for line in lines:
            yield json.loads(line)
        if not content:
            yield {"event": "died", "outcome": self._cause_of_death()}

    def _read(self) -> bytes:
        parts = []
        with contextlib.suppress(BlockingIOError):
            while part := os.read(self._events, 65536):
                parts.append(part)
        return b"".join(parts)

    def _send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # a dead worker is noticed, and explained, by its closed pipe
            stream = self._requests()
            stream.write(json.dumps(message) + "\n")
            stream.flush()

    def _requests(self) -> IO[str]:
        stream = self._process.stdin
        if stream is None:
            raise ValueError("a worker is started with a pipe to its standard input")
        return stream

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"
        hint = "; it may have run out of memory" if code == -signal.SIGKILL else ""
        return f"the worker process {how}{hint}; its output is in {self._log_file}"

    def end(self) -> None:
        """End it and everything that it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._events)
        with contextlib.suppress(BrokenPipeError):
            self._requests().close()


def _environment() -> dict[str, str]:
    """Return the environment of the worker: ours, with this code importable from any working folder."""
    paths = [str(_CODE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "1"),
    }


def _order(request: RunRequest, *, prepares_torch: bool) -> dict[str, Any]:
    return {
        "run_id": request.run_id,
        "config": request.config.model_dump(mode="json"),
        "steps": [
            {"id": step.id, "node": step.node.to_json(), "parameters": _arguments(request, step)}
            for step in request.plan.steps
        ],
        "prepares_torch": prepares_torch,
        "artifacts_dir": str(request.folders.artifacts),
        "metadata_file": str(request.folders.metadata_file),
    }


def _arguments(request: RunRequest, step: Step) -> dict[str, Any]:
    """Return the parameters of a step, and for one that can be resumed the folder that outlives its attempts."""
    if steps.is_trainer(step.id):
        return {**step.arguments, "checkpoint_dir": str(request.checkpoint_dir(step.id))}
    if steps.is_tuner(step.id):
        return {**step.arguments, "study_dir": str(request.checkpoint_dir(step.id))}
    return step.arguments
