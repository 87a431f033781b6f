"""Real server processes with a request log and a collector of spans."""

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from span_collector import attributes_of, collecting
from tiny_bundles import RED, encode, write_bundle

from serving.grpc_api.tensorflow_messages import PredictRequest
from serving.request_log.entries import from_line
from serving.request_log.files import finished_files
from serving.request_log.reader import read_lines

ROOT = Path(__file__).resolve().parents[2]
IMAGE = encode(RED)
TRACE_ID, CALLER_SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEADERS = {"traceparent": f"00-{TRACE_ID}-{CALLER_SPAN}-01", "x-request-id": "caller-7"}
OFF = """
import sys
from pathlib import Path
from serving.server import ModelServer
from serving.settings import Settings

ModelServer(Settings(models=Path(sys.argv[1])))
print([name for name in sys.modules if name.split(".")[0] == "opentelemetry" or "request_log" in name])
"""


class Process:
    """A server, its ports, and what it has logged."""

    def __init__(self, models: Path, *options: str) -> None:
        fixed = ["--models", str(models), "--rest-port", "0", "--grpc-port", "0", "--drain-delay-seconds", "0"]
        command = [sys.executable, "-m", "serving.run", *fixed, *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.events: list[dict[str, Any]] = []
        ports = self.wait_for("listening")
        self.rest_port, self.grpc_port = ports["rest_port"], ports["grpc_port"]
        self.wait_for("version_available")

    def wait_for(self, event: str) -> dict[str, Any]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == event:
                return self.events[-1]
        raise AssertionError(f"the server ended without {event}")

    def ask(self, method: str = "POST", path: str = "/predict/colours") -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.rest_port, timeout=30)
        connection.request(method, path, IMAGE if method == "POST" else None, HEADERS)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        assert response.status == 200, content
        return content

    def call(self) -> None:
        request = PredictRequest(model_spec={"name": "colours"})
        tensor = request.inputs["image_bytes"]
        tensor.dtype = 7
        tensor.tensor_shape.dim.add(size=1)
        tensor.string_val.append(IMAGE)
        with grpc.insecure_channel(f"127.0.0.1:{self.grpc_port}") as channel:
            method = channel.unary_unary("/tensorflow.serving.PredictionService/Predict")
            method(request.SerializeToString(), metadata=tuple(HEADERS.items()), timeout=30)

    def wait_until_logged(self, fate: str, images: int) -> None:
        figure = f'tandem_request_log_images_total{{fate="{fate}"}} {images}.0'
        until = time.monotonic() + 30
        while figure.encode() not in self.ask("GET", "/metrics"):
            assert time.monotonic() < until, figure
            time.sleep(0.01)

    def stop(self) -> int:
        self.process.terminate()
        _, rest = self.process.communicate(timeout=60)
        self.events += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode


@contextmanager
def running(models: Path, *options: str) -> Iterator[Process]:
    started = Process(models, *options)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "models" / "colours" / "1")
    return tmp_path / "models"


def lines_of(folder: Path) -> list[bytes]:
    return [line for path in finished_files(folder) for line in read_lines(path)]


def test_http_and_grpc_are_logged_and_traced_alike(models: Path, tmp_path: Path) -> None:
    log = ["--request-log", str(tmp_path / "log"), "--request-log-fraction", "1"]
    with collecting() as collector, running(models, *log, "--traces", collector.url) as server:
        server.ask()
        server.call()
        server.wait_until_logged("written", 2)
        assert server.stop() == 0

    lines = lines_of(tmp_path / "log")
    by_http, by_grpc = (from_line(line) for line in lines)
    assert by_http.facts == by_grpc.facts
    assert (by_http.label, by_http.probabilities) == (by_grpc.label, by_grpc.probabilities)
    assert by_http.facts.size_bytes == len(IMAGE)
    assert not any(b"caller-7" in line or b"127.0.0.1" in line for line in lines)
    assert len(list((tmp_path / "log").iterdir())) == 1

    roots = {span.name: span for span in collector.spans if span.parent_span_id.hex() == CALLER_SPAN}
    assert set(roots) == {"POST plain", "tensorflow.serving.PredictionService/Predict", "GET metrics"}
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE_ID}
    for name in ("POST plain", "tensorflow.serving.PredictionService/Predict"):
        found = attributes_of(roots[name])
        assert (found["tandem.model"], found["tandem.version"], found["tandem.images"]) == ("colours", 1, 1)
        inside = [span.name for span in collector.spans if span.parent_span_id == roots[name].span_id]
        assert inside == ["queue", "decode", "model"]


def test_off_nothing_is_imported(models: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFF, str(models)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_what_a_killed_server_has_logged_is_finished_by_the_next(models: Path, tmp_path: Path) -> None:
    options = ["--request-log", str(tmp_path / "log"), "--request-log-fraction", "1"]
    with running(models, *options) as server:
        for _ in range(3):
            server.ask()
        server.wait_until_logged("written", 3)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(30)
    assert [path.suffix for path in (tmp_path / "log").iterdir()] == [".incoming"]

    with running(models, *options) as server:
        assert len(lines_of(tmp_path / "log")) == 3
        assert server.stop() == 0


def test_a_log_that_cannot_be_written_is_reported_once_and_requests_go_on(models: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(models, "--request-log", str(log), "--request-log-fraction", "1") as server:
        log.rmdir()
        log.write_bytes(b"in the way")
        for _ in range(3):
            server.ask()
        server.wait_until_logged("failed", 3)
        assert server.stop() == 0

    failures = [event for event in server.events if event["event"] == "request_log_failed"]
    assert [event["reason"] for event in failures] == ["File exists"]


def test_a_folder_that_cannot_be_made_is_a_problem_of_the_settings(models: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    command = ["--models", str(models), "--request-log", str(tmp_path / "file" / "log")]
    done = subprocess.run(
        [sys.executable, "-m", "serving.run", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "log: Not a directory; name a folder that the server may write to" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_collector_that_never_answers_holds_up_neither_requests_nor_the_end(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server that waited for the collector would wait so long.
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "3600")
    options = ["--drain-timeout-seconds", "0.5", "--access-log", "off"]
    with collecting(is_silent=True) as collector, running(models, "--traces", collector.url, *options) as server:
        for _ in range(5):
            server.ask()
        assert server.stop() == 0
    assert all(set(event) >= {"time", "event"} for event in server.events)
