"""The command of retraining from the shell, for end-to-end tests."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.journal import Journal
from pipeline.retraining.records import HistoryRecord, State

ROOT = Path(__file__).resolve().parents[1]
QUICK = (
    *("--preset", "digits", "--framework", "keras"),
    *("--set", "evaluation.min_accuracy=0.6", "--set", "image.size_pixels=16", "--set", "train.epochs=3"),
    *("--set", "retrain.poll_seconds=0.3"),
)
NEVER = ("--schedule", "0 0 29 2 *")
"""A timer that does not come during a test."""


@dataclass
class Retraining:
    """A root with its data."""

    root: Path
    data: Path
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        run = ("--root", str(self.root), "--data", str(self.data), *QUICK)
        return [sys.executable, "-m", "pipeline.retrain", *run, *arguments]

    def once(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command("--once", *arguments),
            cwd=ROOT,
            env={**os.environ, **self.environment},
            text=True,
            capture_output=True,
            check=False,
        )

    def once_pushed(self, *arguments: str) -> str:
        """Push for the first time; returns what was printed."""
        done = self.once(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        assert [record.status for record in self.history()] == ["pushed"], done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextlib.contextmanager
    def service(self, *arguments: str, name: str = "service") -> "Iterator[subprocess.Popen[str]]":
        """Start a service whose output goes to a file beside the root; it is killed at the end."""
        with self.output(name).open("w") as output:
            process = subprocess.Popen(
                self.command(*(arguments or NEVER)),
                cwd=ROOT,
                env={**os.environ, **self.environment},
                text=True,
                stdout=output,
                stderr=output,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def output(self, name: str = "service") -> Path:
        return self.root.parent / f"{name}.txt"

    def wait_for_service(self, name: str = "service") -> None:
        """Wait until a service works, as `status` says too."""
        wait_for(lambda: "service started" in self.output(name).read_text())
        assert self.say("status")["service"]

    def say(self, command: str, *arguments: str) -> Any:
        """Give a command and return its JSON."""
        words = [sys.executable, "-m", "pipeline.retrain", command, "--root", str(self.root), "--json", *arguments]
        done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def state(self) -> State:
        """Return what `status` would, without a process: to be asked again and again."""
        with self._journal() as journal:
            return journal.state()

    def history(self) -> list[HistoryRecord]:
        """Return what `history` would, without a process: to be asked again and again."""
        with self._journal() as journal:
            return journal.history()

    def requests(self) -> list[tuple[int, str]]:
        """Return the runs that were asked for and that no service has taken up."""
        with self._journal() as journal:
            return journal.requests()

    def let_time_pass(self, length: timedelta) -> None:
        """Move the last measurement of drift into the past."""

        def move(state: State) -> State:
            assert state.drift_measured is not None
            return state.model_copy(update={"drift_measured": state.drift_measured - length})

        with self._journal() as journal:
            journal.change(move)

    def _journal(self) -> "contextlib.closing[Journal]":
        return contextlib.closing(Journal(RetrainingFolder.of_root(self.root).journal))

    def run_processes(self) -> list[int]:
        """Return the processes whose output goes to a file in this root: runs, workers and what they started."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(process / "fd" / "1").startswith(f"{self.root}/"):
                    found.append(int(process.name))
        return sorted(found)


@dataclass(frozen=True)
class PushedRoot:
    """A root in which one run has pushed, from which each test begins.

    A root is bound to its path, so a test gets it back at the path at which it was made.

    Attributes:
        place: The root. Everything in the folder that it is in is kept.
        output: What the run printed.
        kept: Copy of the folder as the run left it.
    """

    place: Retraining
    output: str
    kept: Path

    @classmethod
    def make(cls, place: Retraining, *arguments: str) -> "PushedRoot":
        """Push for the first time in a root."""
        output, folder = place.once_pushed(*arguments), place.root.parent
        kept = shutil.copytree(folder, folder.with_name(f"{folder.name}-kept"))
        return cls(place, output, kept)

    def restored(self) -> Retraining:
        """Return the root as it was after the push, whatever a test has done in it."""
        folder = self.place.root.parent
        shutil.rmtree(folder)
        shutil.copytree(self.kept, folder)
        return Retraining(self.place.root, self.place.data)


def wait_for(condition: Callable[[], Any], *, timeout_seconds: float = 180) -> Any:
    """Return what the condition returns as soon as that is true."""
    deadline = time.monotonic() + timeout_seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return answer
