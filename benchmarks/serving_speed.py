"""Requests a second of the model server against the same images in one process, in turns.

    python benchmarks/serving_speed.py MODELS_DIR MODEL IMAGE [IMAGE ...]

Starts the server on a free port and asks it from this process with raw image bytes over one and over eight connections.
Between the rounds the same images are decoded and classified here with plain ONNX Runtime, one after the other: once
with one thread and once with ONNX Runtime's default; the faster one counts. Client, server and comparison share the
machine's cores. Prints the medians over the rounds, and the server's start and memory.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import onnxruntime
import uvloop

from serving.images import decode_image
from serving.versions.folders import list_versions

ROUNDS = 7
ROUND_SECONDS = 0.7
CONNECTIONS = (1, 8)


class Caller(asyncio.Protocol):
    """One connection that sends the next request as soon as an answer is there."""

    def __init__(self, requests: list[bytes], deadline: float, done: "asyncio.Future[None]") -> None:
        self._requests, self._deadline, self._done = requests, deadline, done
        self._received = b""
        self.latencies_seconds: list[float] = []

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            return
        assert head.startswith(b"HTTP/1.1 200"), self._received
        self.latencies_seconds.append(time.perf_counter() - self._sent_at)
        if time.perf_counter() < self._deadline:
            self._send()
        else:
            self._transport.close()
            self._done.set_result(None)

    def _send(self) -> None:
        self._received, self._sent_at = b"", time.perf_counter()
        self._transport.write(self._requests[len(self.latencies_seconds) % len(self._requests)])


async def call(port: int, requests: list[bytes], connections: int) -> list[float]:
    """Return the latency of every request in one round, seconds."""
    loop, deadline = asyncio.get_running_loop(), time.perf_counter() + ROUND_SECONDS
    pairs = []
    for _ in range(connections):
        done = loop.create_future()
        _, caller = await loop.create_connection(lambda f=done: Caller(requests, deadline, f), "127.0.0.1", port)
        pairs.append((caller, done))
    for _, done in pairs:
        await done
    return [latency for caller, _ in pairs for latency in caller.latencies_seconds]


def run_here(session: onnxruntime.InferenceSession, images: list[bytes]) -> float:
    """Return images a second in this process, one at a time."""
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < ROUND_SECONDS:
        pixels_HWC = decode_image(images[count % len(images)])
        session.run(["probabilities"], {"image": pixels_HWC[None]})
        count += 1
    return count / (time.perf_counter() - started)


def load(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Load a model for this process; 0 threads are ONNX Runtime's default."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def start(models: str, *options: str) -> tuple["subprocess.Popen[str]", int, float]:
    """Return the server's process, its port and the seconds until it was ready."""
    free = ["--rest-port", "0", "--grpc-port", "-1", "--access-log", "off"]
    command = [sys.executable, "-m", "serving.run", "--models", models, *free, *options]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    port = json.loads(process.stderr.readline())["rest_port"]
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready").close()
            return process, port, time.perf_counter() - started
        except urllib.error.HTTPError:
            time.sleep(0.01)


def resident_mib(process: "subprocess.Popen[str]") -> float:
    """Return the memory that a process holds now."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def measure(models: str, model: str, files: list[str], say: Callable[[str], object]) -> None:
    """Run all rounds and say the medians."""
    images = [Path(file).read_bytes() for file in files]
    requests = [
        b"POST /predict/%s HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (model.encode(), len(image)) + image
        for image in images
    ]
    newest = max(list_versions(Path(models) / model).items())[1]
    sessions = [load(newest / "model.onnx", threads) for threads in (1, 0)]
    process, port, ready_seconds = start(models, "--model", model)
    try:
        say(f"ready after {ready_seconds:.2f} s with {resident_mib(process):.0f} MiB")
        _measure_rounds(port, sessions, images, requests, say)
        say(f"{resident_mib(process):.0f} MiB at the end")
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def _measure_rounds(
    port: int,
    sessions: list[onnxruntime.InferenceSession],
    images: list[bytes],
    requests: list[bytes],
    say: Callable[[str], object],
) -> None:
    here: list[list[float]] = [[] for _ in sessions]
    served: dict[int, list[list[float]]] = {connections: [] for connections in CONNECTIONS}
    for _ in range(ROUNDS):
        for rates, session in zip(here, sessions, strict=True):
            rates.append(run_here(session, images))
        for connections in CONNECTIONS:
            served[connections].append(uvloop.run(call(port, requests, connections)))
    base = max(statistics.median(rates) for rates in here)
    say("in process " + ", ".join(f"{statistics.median(rates):.0f}/s" for rates in here))
    for connections, rounds in served.items():
        rate = statistics.median(len(latencies) / ROUND_SECONDS for latencies in rounds)
        every = sorted(latency for latencies in rounds for latency in latencies)
        p50, p99 = (every[int(len(every) * share)] * 1000 for share in (0.5, 0.99))
        say(f"{connections} connections {rate:.0f}/s, ratio {rate / base:.2f}, p50 {p50:.2f} ms, p99 {p99:.2f} ms")


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2], sys.argv[3:], lambda line: sys.stdout.write(line + "\n"))
