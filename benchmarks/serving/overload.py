"""Five times the load that the server can take, offered at a fixed rate whether it answers or not.

    python -m benchmarks.serving.overload MODELS_DIR MODEL IMAGE [IMAGE ...]

Capacity is what eight connections get that each wait for their answer. Then requests come at five times that rate, each
on its own connection out of a pool. Prints how many were answered in comparison, how fast the others were refused, and
how long after the last one a request is answered as fast as before. Choose a model that takes some milliseconds: with a
small one the client on the same machine takes the cores that it measures.
"""

import asyncio
import http.client
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.serving.load import put_under_load
from benchmarks.serving.running import RunningServer

FACTOR, CAPACITY_SECONDS, OVERLOAD_SECONDS, CONNECTIONS = 5, 10, 30, 8
_TIMEOUT_SECONDS = 30.0


@dataclass
class Answers:
    """What came back, and after how long."""

    seconds: dict[int, list[float]] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, status: int, seconds: float) -> None:
        """Take note of an answer."""
        self.seconds.setdefault(status, []).append(seconds)


class Pool:
    """Connections that nobody uses now; a new one when there is none."""

    def __init__(self, port: int, path: str) -> None:
        """Open none yet."""
        self._port, self._path = port, path
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, image: bytes, answers: Answers) -> None:
        """Send one request and take note of what comes back."""
        started = time.perf_counter()
        try:
            status = await asyncio.wait_for(self._ask(image), _TIMEOUT_SECONDS)
            answers.add(status, time.perf_counter() - started)
        except (OSError, EOFError, TimeoutError, asyncio.TimeoutError) as error:
            answers.broken[type(error).__name__] += 1

    async def _ask(self, image: bytes) -> int:
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        head = f"POST {self._path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(image)}\r\n\r\n"
        writer.write(head.encode() + image)
        received = await reader.readuntil(b"\r\n\r\n")
        lines = received.decode("latin-1").lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
        await reader.readexactly(length)
        self._free.append((reader, writer))
        return int(lines[0].split()[1])

    def close(self) -> None:
        """Close all."""
        for _, writer in self._free:
            writer.close()


async def offer(port: int, path: str, images: list[bytes], *, per_second: float) -> Answers:
    """Send requests at a fixed rate."""
    pool, answers, tasks = Pool(port, path), Answers(), []
    started = time.perf_counter()
    for number in range(int(per_second * OVERLOAD_SECONDS)):
        await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(pool.ask(images[number % len(images)], answers)))
    await asyncio.gather(*tasks)
    pool.close()
    return answers


def answer_seconds(port: int, path: str, image: bytes) -> float:
    """Return how long one request takes, infinity when it is refused."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    started = time.perf_counter()
    connection.request("POST", path, image)
    response = connection.getresponse()
    response.read()
    connection.close()
    return time.perf_counter() - started if response.status == http.HTTPStatus.OK else float("inf")


def measure(models: Path, model: str, images: list[bytes]) -> list[str]:
    """Run; returns what was found."""
    path = f"/predict/{model}"
    with RunningServer(models, "--model", model) as server:
        load = put_under_load(server.address, path, images, connections=CONNECTIONS, seconds=CAPACITY_SECONDS)
        idle_seconds = statistics.median(answer_seconds(server.port, path, images[0]) for _ in range(10))
        offered = FACTOR * load.requests_per_second
        answers = asyncio.run(offer(server.port, path, images, per_second=offered))
        ended = time.perf_counter()
        while answer_seconds(server.port, path, images[0]) > 2 * idle_seconds:
            time.sleep(0.01)
        recovered_seconds = time.perf_counter() - ended
    goodput = len(answers.seconds.get(200, [])) / OVERLOAD_SECONDS
    return [
        f"capacity {load.requests_per_second:.1f}/s, one request alone {idle_seconds * 1000:.0f} ms",
        f"offered {offered:.0f}/s for {OVERLOAD_SECONDS} s: {goodput:.1f}/s answered, "
        f"{goodput / load.requests_per_second:.2f} of capacity",
        *(_describe(status, seconds) for status, seconds in sorted(answers.seconds.items())),
        f"broken connections: {dict(answers.broken)}",
        f"a request is as fast as before {recovered_seconds:.2f} s after the last answer",
    ]


def _describe(status: int, seconds: list[float]) -> str:
    p50, p99 = (sorted(seconds)[int(len(seconds) * share)] * 1000 for share in (0.5, 0.99))
    return f"status {status}: {len(seconds)}, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


if __name__ == "__main__":
    files = [Path(file).read_bytes() for file in sys.argv[3:]]
    sys.stdout.write("\n".join(measure(Path(sys.argv[1]), sys.argv[2], files)) + "\n")
