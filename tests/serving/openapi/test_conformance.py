"""A real server against its own description: schemathesis sends what it allows and what it forbids."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from server_process import ROOT, running_server
from tiny_bundles import write_bundle

HERE = Path(__file__).parent
EXAMPLES_PER_OPERATION = 5


@pytest.mark.slow
def test_the_server_does_what_its_description_says(tmp_path: Path) -> None:
    models = tmp_path / "models"
    for number in (1, 2):
        write_bundle(models / "colours" / str(number))
    (models / "colours" / "serving.json").write_text('{"versions": "all", "labels": {"stable": 1}}')
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", HERE))),
        "SCHEMATHESIS_HOOKS": "schemathesis_images",
    }
    options = ["--mode=all", "--phases=examples,coverage,fuzzing", f"--max-examples={EXAMPLES_PER_OPERATION}"]
    # How fast it goes is no matter here, and other tests may run beside it.
    options += ["--suppress-health-check=all", "--request-timeout=60"]
    with running_server(models) as server:
        server.wait_for("version_available")  # The second, which the paths name.
        address = f"http://127.0.0.1:{server.port}/openapi.json"
        with urllib.request.urlopen(address) as response:
            operations = sum(map(len, json.load(response)["paths"].values()))
        config = ["--config-file", str(HERE / "schemathesis.toml")]
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            *config,
            "run",
            address,
            "--seed=1",
            "--no-color",
            *options,
        ]

        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
        # All but the one that gives the description, which schemathesis leaves out.
        assert f"{operations - 1} passed" in done.stdout, done.stdout
        assert '"failure"' not in server.log
