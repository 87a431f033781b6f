"""Requests a second of the model server and of MLServer for the same model and the same requests, in turns.

    uv venv mlserver-env && uv pip install --python mlserver-env mlserver==1.7.1 onnxruntime pillow
    python -m benchmarks.serving.against_mlserver mlserver-env/bin/python MODELS_DIR MODEL IMAGE [IMAGE ...]

Both get the Open Inference Protocol's JSON with one image file in base64, from wrk, over one and eight connections.
MLServer runs as it does by default, without worker processes, which its own documentation advises for small models.
"""

import base64
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.serving.load import put_under_load
from benchmarks.serving.running import RunningServer, resident_mib
from serving.versions.folders import list_versions

ROUNDS, ROUND_SECONDS, CONNECTIONS = 5, 1, (1, 8)
_PORT = 18080


@contextmanager
def running_mlserver(python: str, model: str, onnx_file: Path) -> Iterator[int]:
    """Start MLServer; yields its process's number."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ports = {"http_port": _PORT, "grpc_port": _PORT + 1, "metrics_port": _PORT + 2}
        server = {"host": "127.0.0.1", "parallel_workers": 0, "debug": False, **ports}
        (folder / "settings.json").write_text(json.dumps(server))
        settings = {
            "name": model,
            "implementation": "mlserver_runtime.OnnxModel",
            "parameters": {"uri": str(onnx_file.absolute())},
        }
        (folder / "model-settings.json").write_text(json.dumps(settings))
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        command = [python, "-m", "mlserver.cli.main", "start", str(folder)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not _is_ready(model):
                assert process.poll() is None, "MLServer ended"
                time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()
            process.wait()


def _is_ready(model: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", _PORT, timeout=5)
    try:
        connection.request("GET", f"/v2/models/{model}/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def to_request(name: str, image: bytes) -> bytes:
    """Return the JSON of one image."""
    data = base64.b64encode(image).decode()
    return json.dumps({"inputs": [{"name": name, "datatype": "BYTES", "shape": [1], "data": [data]}]}).encode()


def measure(python: str, models: Path, model: str, images: list[bytes]) -> list[str]:
    """Run all rounds; returns what was found."""
    newest = max(list_versions(models / model).items())[1]
    bodies = [to_request("image_bytes", image) for image in images]
    lines = []
    with RunningServer(models, "--model", model) as ours, running_mlserver(python, model, newest / "model.onnx") as pid:
        addresses = {"Tandem": ours.address, "MLServer": f"http://127.0.0.1:{_PORT}"}
        for connections in CONNECTIONS:
            rates: dict[str, list[float]] = {name: [] for name in addresses}
            for _ in range(ROUNDS):
                for name, address in addresses.items():
                    load = put_under_load(
                        address,
                        f"/v2/models/{model}/infer",
                        bodies,
                        connections=connections,
                        seconds=ROUND_SECONDS,
                        content_type="application/json",
                    )
                    assert not load.failed, (name, load)
                    rates[name].append(load.requests_per_second)
            medians = {name: statistics.median(each) for name, each in rates.items()}
            shown = ", ".join(f"{name} {rate:.0f}/s" for name, rate in medians.items())
            lines.append(f"{connections} connections: {shown}, ratio {medians['Tandem'] / medians['MLServer']:.1f}")
        lines.append(f"memory: Tandem {ours.resident_mib():.0f} MiB, MLServer {resident_mib(pid):.0f} MiB")
    return lines


if __name__ == "__main__":
    files = [Path(file).read_bytes() for file in sys.argv[4:]]
    sys.stdout.write("\n".join(measure(sys.argv[1], Path(sys.argv[2]), sys.argv[3], files)) + "\n")
