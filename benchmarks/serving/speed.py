"""Requests a second of the model server against the same images in one process, in turns.

    python -m benchmarks.serving.speed MODELS_DIR MODEL IMAGE [IMAGE ...]

Starts the server on a free port and lets wrk send it the raw image files over one and over eight connections. Between
the rounds the same files are decoded with Pillow and classified with ONNX Runtime in this process, one after the other:
once with one thread and once with ONNX Runtime's default; the faster one counts. Client, server and comparison share
the machine's cores. Prints the medians over the rounds, and the server's start and memory.
"""

import statistics
import sys
from pathlib import Path

from benchmarks.serving.load import Load, put_under_load
from benchmarks.serving.plain_onnx import PlainModel
from benchmarks.serving.running import RunningServer
from serving.versions.folders import list_versions

ROUNDS, ROUND_SECONDS = 7, 1
CONNECTIONS = (1, 8)


def measure(models: Path, model: str, images: list[bytes]) -> list[str]:
    """Run all rounds; returns what was found."""
    newest = max(list_versions(models / model).items())[1]
    plain = [PlainModel(newest / "model.onnx", threads=threads) for threads in (1, 0)]
    rates: list[list[float]] = [[] for _ in plain]
    loads: dict[int, list[Load]] = {connections: [] for connections in CONNECTIONS}
    with RunningServer(models, "--model", model) as server:
        lines = [f"ready after {server.ready_seconds:.2f} s with {server.resident_mib():.0f} MiB"]
        for _ in range(ROUNDS):
            for each, rate in zip(plain, rates, strict=True):
                rate.append(each.measure(images, seconds=ROUND_SECONDS))
            for connections in CONNECTIONS:
                path = f"/predict/{model}"
                loads[connections].append(
                    put_under_load(server.address, path, images, connections=connections, seconds=ROUND_SECONDS)
                )
        base = max(statistics.median(rate) for rate in rates)
        lines.append("in process " + ", ".join(f"{statistics.median(rate):.0f}/s" for rate in rates))
        lines += [_describe(connections, rounds, base) for connections, rounds in loads.items()]
        lines.append(f"{server.resident_mib():.0f} MiB at the end")
    return lines


def _describe(connections: int, rounds: list[Load], base: float) -> str:
    rate, p50_ms, p99_ms = (
        statistics.median(getattr(load, name) for load in rounds)
        for name in ("requests_per_second", "p50_ms", "p99_ms")
    )
    failed = sum(load.failed for load in rounds)
    return (
        f"{connections} connections {rate:.0f}/s, ratio {rate / base:.2f}, "
        f"p50 {p50_ms:.2f} ms, p99 {p99_ms:.2f} ms, {failed} failed"
    )


if __name__ == "__main__":
    found = measure(Path(sys.argv[1]), sys.argv[2], [Path(name).read_bytes() for name in sys.argv[3:]])
    sys.stdout.write("\n".join(found) + "\n")
