"""A model server as a process, for measurements."""

import http.client
import json
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path
from types import TracebackType


class RunningServer:
    """`python -m serving.run` on a free port, ready."""

    def __init__(self, models: Path, *options: str) -> None:
        """Start it and wait until it is ready."""
        free = ["--rest-port", "0", "--grpc-port", "-1", "--access-log", "off"]
        command = [sys.executable, "-m", "serving.run", "--models", str(models), *free, *options]
        started = time.perf_counter()
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        self.port: int = json.loads(self.process.stderr.readline())["rest_port"]
        self.address = f"http://127.0.0.1:{self.port}"
        while not self._is_ready():
            time.sleep(0.01)
        self.ready_seconds = time.perf_counter() - started

    def __enter__(self) -> "RunningServer":
        """Return it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()
        assert error is not None or self.process.returncode == 0

    def read_log(self) -> None:
        """Read its log until it ends, so that it never waits for a reader."""
        assert self.process.stderr is not None
        for _ in self.process.stderr:
            pass

    def resident_mib(self) -> float:
        """Return the memory that it holds now."""
        return resident_mib(self.process.pid)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
        connection.close()
        return status == HTTPStatus.OK


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process, MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
