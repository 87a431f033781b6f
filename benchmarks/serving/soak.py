"""Steady load while versions come, go and are rolled back: no request may fail, no answer be of another version.

    python -m benchmarks.serving.soak BUNDLE BUNDLE MINUTES IMAGE [IMAGE ...]

Two bundles with the same classes are pushed in turn under rising numbers, one every 20 seconds; every third time the
newest version is taken away again instead, which is a roll-back. Callers ask all the while, over HTTP on kept
connections, and compare each answer with what the bundle behind the version that it names says in this process.
"""

import http.client
import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.serving.plain_onnx import PlainModel
from benchmarks.serving.running import RunningServer

SWAP_SECONDS, CALLERS, TOLERANCE = 20.0, 4, 1e-4
ROLL_BACK_EVERY, KEPT_VERSIONS = 3, 2


@dataclass
class Findings:
    """What the callers saw."""

    requests: int = 0
    failures: list[str] = field(default_factory=list)
    wrong_versions: list[str] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)


class Versions:
    """The pushed versions, and which bundle each of them is."""

    def __init__(self, folder: Path, bundles: Sequence[Path]) -> None:
        """Push the first one."""
        self._folder, self._bundles = folder, bundles
        self._number = 0
        self.live: list[int] = []
        self.rolled_back = 0
        self.push()

    def bundle_of(self, number: int) -> int:
        """Return the index of the bundle behind a version."""
        return number % len(self._bundles)

    def push(self) -> None:
        """Push the other bundle under the next number."""
        self._number += 1
        incoming = self._folder / f".{self._number}.incoming"
        shutil.copytree(self._bundles[self.bundle_of(self._number)], incoming)
        incoming.replace(self._folder / str(self._number))
        self.live.append(self._number)
        for old in self.live[:-KEPT_VERSIONS]:
            shutil.rmtree(self._folder / str(old))
        self.live = self.live[-KEPT_VERSIONS:]

    def roll_back(self) -> None:
        """Take the newest version away."""
        shutil.rmtree(self._folder / str(self.live.pop()))
        self.rolled_back += 1


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Asks until it is over, on one connection."""

    port: int
    images: list[bytes]
    names: list[str]
    expected: list[list[dict[str, float]]]
    """For each bundle and image the probability of each class."""
    versions: Versions
    findings: Findings
    stop: threading.Event

    def run(self) -> None:
        """Send image after image."""
        connection, number = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30), 0
        while not self.stop.is_set():
            number += 1
            image = number % len(self.images)
            try:
                connection.request("POST", f"/predict?top={len(self.names)}", self.images[image])
                response = connection.getresponse()
                answer = json.loads(response.read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.findings.failures.append(f"{type(error).__name__}: {error}")
                connection.close()
                continue
            self._check(image, response.status, answer)

    def _check(self, image: int, status: int, answer: dict[str, Any]) -> None:
        self.findings.requests += 1
        if status != http.HTTPStatus.OK:
            self.findings.failures.append(f"{status}: {answer}")
            return
        version = int(answer["version"])
        self.findings.versions.add(version)
        probabilities = self.expected[self.versions.bundle_of(version)][image]
        if any(abs(probabilities[each["label"]] - each["score"]) > TOLERANCE for each in answer["classes"]):
            self.findings.wrong_versions.append(f"version {version} answered {answer['classes']}")


def measure(bundles: Sequence[Path], minutes: float, images: list[bytes]) -> list[str]:
    """Run; returns what was found."""
    names = json.loads((bundles[0] / "manifest.json").read_text())["class_names"]
    models = [PlainModel(bundle / "model.onnx", threads=1) for bundle in bundles]
    expected = [
        [dict(zip(names, map(float, model.classify(image)), strict=True)) for image in images] for model in models
    ]
    findings, stop, memory = Findings(), threading.Event(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "soaked"
        folder.mkdir()
        versions = Versions(folder, bundles)
        with RunningServer(Path(name)) as server:
            threading.Thread(target=server.read_log, daemon=True).start()
            caller = Caller(
                port=server.port,
                images=images,
                names=names,
                expected=expected,
                versions=versions,
                findings=findings,
                stop=stop,
            )
            callers = [threading.Thread(target=caller.run) for _ in range(CALLERS)]
            for each in callers:
                each.start()
            ends, swaps = time.monotonic() + minutes * 60, 0
            while time.monotonic() < ends:
                time.sleep(SWAP_SECONDS)
                swaps += 1
                memory.append(server.resident_mib())
                versions.roll_back() if swaps % ROLL_BACK_EVERY == 0 else versions.push()
            stop.set()
            for each in callers:
                each.join()
    return [
        f"{findings.requests} requests, {swaps} swaps of which {versions.rolled_back} roll-backs, "
        f"{len(findings.versions)} versions answered",
        f"{len(findings.failures)} failed {findings.failures[:3]}",
        f"{len(findings.wrong_versions)} answers of another version {findings.wrong_versions[:3]}",
        "MiB after each swap: " + " ".join(f"{mib:.0f}" for mib in memory),
    ]


if __name__ == "__main__":
    files = [Path(file).read_bytes() for file in sys.argv[4:]]
    found = measure([Path(sys.argv[1]), Path(sys.argv[2])], float(sys.argv[3]), files)
    sys.stdout.write("\n".join(found) + "\n")
