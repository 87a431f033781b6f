"""TensorFlow Serving's own stubs against a real server process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_process import ROOT, running_server
from tiny_bundles import GREEN, encode, expected, write_bundle


@pytest.fixture
def grpc_port(tmp_path: Path) -> Iterator[int]:
    write_bundle(tmp_path / "models" / "colours" / "1")
    with running_server(tmp_path / "models", "--grpc-port", "0") as server:
        yield server.grpc_port


@pytest.mark.slow
def test_tensorflow_servings_stubs_work_against_the_server(grpc_port: int, tmp_path: Path) -> None:
    (tmp_path / "green.png").write_bytes(encode(GREEN))
    command = [
        sys.executable,
        "tests/tensorflow_serving_client.py",
        str(grpc_port),
        "colours",
        str(tmp_path / "green.png"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "-1"}

    client = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )

    assert client.returncode == 0, client.stderr[-2000:]
    answers = json.loads(client.stdout)
    for form in ("predict", "predict_packed"):
        assert answers[form]["version"] == 1
        assert answers[form]["label"] == ["green", "green"]
        assert answers[form]["score"] == pytest.approx([expected(GREEN)[1]] * 2)
        for probabilities in answers[form]["probabilities"]:
            assert probabilities == pytest.approx(expected(GREEN), abs=1e-6)
    assert [label for label, _ in answers["classify"]] == ["red", "green", "blue"]
    assert [score for _, score in answers["classify"]] == pytest.approx(expected(GREEN), abs=1e-6)
    assert answers["inputs"] == {"image_bytes": "string"}
    assert answers["states"] == {"1": 30}
    assert answers["refusal"] == ["NOT_FOUND", "Servable not found for request: Latest(nobody)"]
    assert answers["different_fields"] == []
    assert answers["compared_messages"] > 20
