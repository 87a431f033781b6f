"""A model server as a process of its own, on a free port of this machine."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class ServerProcess:
    """Started with the models of a folder; whoever starts it stops it."""

    def __init__(self, models: Path, *options: str) -> None:
        command = [sys.executable, "-m", "serving.run", "--models", str(models), "--rest-port", "0"]
        command += ["--grpc-port", "-1", *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.port = int(self.wait_for("listening")["rest_port"])
        self.address = f"http://127.0.0.1:{self.port}"

    def wait_for(self, event: str, *, count: int = 1) -> dict[str, object]:
        """Read the log until an event has come so many times more; returns its facts."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            facts: dict[str, object] = json.loads(line)
            count -= facts["event"] == event
            if not count:
                return facts
        raise AssertionError(f"the server ended without {event}")

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        self.process.communicate(timeout=30)
        return self.process.returncode
