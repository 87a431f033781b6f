"""The runner of production: each run is `pipeline.run` in a child process, with the service's options."""

import contextlib
import fcntl
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.retraining.run_results import find_run_since, read_outcome
from pipeline.retraining.runner import RunOrder, RunOutcome
from pipeline.retraining.stop_signal import Stop
from pipeline.runners.base import RunFolders

_CODE_ROOT = Path(__file__).resolve().parents[2]
_LOOK_SECONDS = 0.5
_GRACE_SECONDS = 60.0
"""Between SIGTERM and SIGKILL: a run that ends needs some seconds for its workers."""
_RUN_ID = re.compile(r"^Run (\S+):", re.MULTILINE)
_KEPT_OUTPUTS = 100


@dataclass(frozen=True, kw_only=True)
class ChildRunner:
    """Runs the pipeline in a child process.

    Attributes:
        folders: Of the root.
        output: Folder for what runs print.
        arguments: Returns the arguments of `pipeline.run` for a new run.
        resume_arguments: Those that a resumed run takes beside the id.
        timeout: Time after which a run is ended.
        hidden_variables: Environment variables that the child does not get, since they hold secrets.
    """

    folders: RunFolders
    output: Path
    arguments: Callable[[], Sequence[str]]
    resume_arguments: Sequence[str]
    timeout: timedelta
    hidden_variables: Collection[str]

    def is_root_free(self) -> bool:
        """Return whether no other run works in the root."""
        try:
            with self.folders.lock_file.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False
        return True

    def run(self, order: RunOrder, stop: Stop, tell_run_id: Callable[[str], None]) -> RunOutcome:
        """Run the pipeline to its end, which comes soon after `stop`.

        Args:
            order: What to run.
            stop: When it is set, the run is ended as by SIGTERM.
            tell_run_id: Takes the id of the pipeline's run as soon as it is known.
        """
        resume = ("--resume", order.resumes, *self.resume_arguments) if order.resumes else None
        output = self._new_output(order.name)
        with output.open("wb") as stream, self._start(resume or self.arguments(), stream.fileno()) as process:
            run_id, is_late = self._follow(process, output, stop, tell_run_id)
        return read_outcome(self.folders, run_id, output, exit_code=process.returncode, is_late=is_late)

    def settle(self, run_id: str | None, *, started: datetime) -> RunOutcome:
        """Return what became of a run whose service died."""
        return read_outcome(self.folders, run_id or find_run_since(self.folders, started))

    def _new_output(self, name: str) -> Path:
        self.output.mkdir(parents=True, exist_ok=True)
        for old in sorted(self.output.glob("*.log"))[:-_KEPT_OUTPUTS]:
            old.unlink(missing_ok=True)
        return self.output / f"{name}.log"

    @contextlib.contextmanager
    def _start(self, arguments: Sequence[str], output: int) -> "Iterator[subprocess.Popen[bytes]]":
        environment = {name: value for name, value in os.environ.items() if name not in self.hidden_variables}
        paths = [str(_CODE_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
        theirs, ours = os.pipe()
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.retraining.run_process", str(theirs), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(theirs,),
                env={**environment, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"},
                start_new_session=True,  # Ctrl-C reaches the service alone, which ends the run
            )
        finally:
            os.close(theirs)
        try:
            yield process
        finally:
            os.close(ours)  # if the run has not ended, it does now
            process.wait()

    def _follow(
        self, process: "subprocess.Popen[bytes]", output: Path, stop: Stop, tell_run_id: Callable[[str], None]
    ) -> tuple[str | None, bool]:
        """Wait for the end; returns the run's id and whether it was ended for taking too long."""
        deadline, is_late, run_id = time.monotonic() + self.timeout.total_seconds(), False, None
        while process.poll() is None:
            if run_id is None and (found := _RUN_ID.search(output.read_text(errors="replace"))):
                run_id = found[1]
                tell_run_id(run_id)
            is_late = time.monotonic() > deadline
            if is_late or stop.is_set:
                _end(process)
            else:
                stop.wait(_LOOK_SECONDS)
        if run_id is None and (found := _RUN_ID.search(output.read_text(errors="replace"))):
            run_id = found[1]
        return run_id, is_late


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
