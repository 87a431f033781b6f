"""The command of retraining from the shell, for end-to-end tests."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        return [sys.executable, "-m", "pipeline.retrain", *arguments, *run]

    def once(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command("--once", *arguments),
            cwd=ROOT,
            env={**os.environ, **self.environment},
            text=True,
            capture_output=True,
            check=False,
        )

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

    def say(self, command: str, *arguments: str) -> Any:
        """Give a command and return its JSON."""
        words = [sys.executable, "-m", "pipeline.retrain", command, "--root", str(self.root), "--json", *arguments]
        done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def statuses(self) -> list[str]:
        return [record["status"] for record in self.say("history")]

    def run_processes(self) -> list[int]:
        """Return the processes whose output goes to a file in this root: runs, workers and what they started."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(process / "fd" / "1").startswith(f"{self.root}/"):
                    found.append(int(process.name))
        return sorted(found)


def wait_for(condition: Callable[[], Any], *, timeout_seconds: float = 180) -> Any:
    """Return what the condition returns as soon as that is true."""
    deadline = time.monotonic() + timeout_seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return answer
