"""The server as a process of its own, on free ports of this machine."""

import http.client
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tiny_bundles import RED, encode

ROOT = Path(__file__).resolve().parents[1]
IMAGE = encode(RED)
_NEWS_SECONDS = 120
"""A backend that loads TensorFlow takes its time on a busy machine."""


class ServerProcess:
    """A running server, with all that it has written to its log."""

    def __init__(self, models: Path, *options: str) -> None:
        """Start it; later options win over these."""
        defaults = ["--models", str(models), "--rest-port", "0", "--grpc-port", "-1"]
        command = [sys.executable, "-m", "serving.run", *defaults, *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.log = ""
        self._events: list[dict[str, Any]] = []
        self._taken = 0
        self._news, self._has_ended = threading.Condition(), False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        ports = self.wait_for("listening")
        self.port, self.grpc_port, self.health_port = ports["rest_port"], ports["grpc_port"], ports["health_port"]

    @property
    def address(self) -> str:
        """Where it speaks HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, event: str, *, count: int = 1) -> dict[str, Any]:
        """Wait until an event has come so many times more than when it was last waited for; return its facts."""
        with self._news:
            while True:
                while self._taken < len(self._events):
                    self._taken += 1
                    count -= self._events[self._taken - 1]["event"] == event
                    if not count:
                        return self._events[self._taken - 1]
                assert not self._has_ended, f"the server ended without {event}: {self.log}"
                assert self._news.wait(_NEWS_SECONDS), f"there was no {event}: {self.log}"

    def ask(
        self,
        connection: http.client.HTTPConnection | None = None,
        path: str = "/predict",
        *,
        tls: ssl.SSLContext | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send an image, or look; returns the status and the version that answered."""
        used = connection or self.connect(tls)
        is_prediction = path == "/predict"
        try:
            used.request(
                "POST" if is_prediction else "GET", path, IMAGE if is_prediction else None, dict(headers or {})
            )
            response = used.getresponse()
            content = response.read()
        finally:
            if connection is None:
                used.close()
        is_json = response.headers["content-type"] == "application/json"
        return response.status, json.loads(content).get("version") if is_json and content else None

    def connect(self, tls: ssl.SSLContext | None = None) -> http.client.HTTPConnection:
        if tls is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=tls)

    def stop(self) -> int:
        self.process.terminate()
        return self._end()

    def kill(self) -> None:
        self.process.kill()
        self._end()

    def _end(self) -> int:
        code = self.process.wait(timeout=30)
        self._reader.join(30)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.log += line
                if line.startswith("{"):  # TensorFlow's C++ writes lines of its own between the server's.
                    self._events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._has_ended = True
            self._news.notify_all()


@contextmanager
def running_server(models: Path, *options: str) -> Iterator[ServerProcess]:
    """Yield a server whose first version is available, and see it end without a fault."""
    server = ServerProcess(models, "--drain-delay-seconds", "0", *options)
    try:
        server.wait_for("version_available")
        yield server
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.kill()
