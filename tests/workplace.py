"""The command from the shell, for end-to-end tests: run it, start it, read what it left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
QUICK = (
    *("--preset", "digits", "--set", "evaluation.min_accuracy=0.7", "--set", "image.size_pixels=16"),
    *("--jobs", "1"),  # a second worker loads TFX too, which costs more than these images do
)


class Workplace:
    """A root to run in, and images to run on; every run has small images and an easy threshold."""

    def __init__(self, root: Path, scans: Path) -> None:
        self.root, self.scans = root, scans

    def command(self, *arguments: str) -> list[str]:
        given = () if "--resume" in arguments else ("--data", str(self.scans), *QUICK)
        return [sys.executable, "-m", "pipeline.run", "--root", str(self.root), *given, *arguments]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(self.command(*arguments), cwd=ROOT, text=True, capture_output=True, check=False)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a run whose output goes to `output.txt` in the root."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "output.txt").open("w") as output:
            return subprocess.Popen(
                self.command(*arguments),
                cwd=ROOT,
                stdout=output,
                stderr=output,
                text=True,
                preexec_fn=_listen_to_ctrl_c,  # noqa: PLW1509  the tests start no thread before
            )

    def output(self) -> str:
        return (self.root / "output.txt").read_text()

    def log(self) -> str:
        """Return what workers have printed, all runs together."""
        return "".join(path.read_text() for path in sorted((self.root / "logs").glob("*.log")))

    def summary(self) -> dict[str, Any]:
        """Return the summary of the newest run."""
        newest = max((self.root / "reports").iterdir(), key=lambda folder: folder.name)
        summary: dict[str, Any] = json.loads((newest / "summary.json").read_text())
        return summary

    def statuses(self) -> dict[str, str]:
        return {step["id"]: step["status"] for step in self.summary()["steps"]}

    def step(self, step_id: str) -> dict[str, Any]:
        (found,) = (step for step in self.summary()["steps"] if step["id"] == step_id)
        return dict(found)

    def processes(self) -> list[int]:
        """Return the processes whose output goes to a log in this root: workers and what they started."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(process / "fd" / "1").startswith(str(self.root / "logs")):
                    found.append(int(process.name))
            except OSError:
                continue
        return sorted(found)


def _listen_to_ctrl_c() -> None:
    """Undo what a shell does to commands in the background, and with them to the tests: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_until(condition: Callable[[], Any], *, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
