"""A job endpoint for real: Beam's own job service in another process, workers in this one."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pyarrow import dataset

from pipeline.predict import main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


@pytest.fixture
def job_endpoint(tmp_path: Path) -> Iterator[str]:
    log = tmp_path / "service.log"
    command = [sys.executable, "-m", "apache_beam.runners.portability.local_job_service_main", "--port", "0"]
    with log.open("w") as output:
        process = subprocess.Popen([*command, "--staging_dir", str(tmp_path / "staging")], stdout=output, stderr=output)
        try:
            yield wait_for_endpoint(log)
        finally:
            process.kill()
            process.wait()


def wait_for_endpoint(log: Path) -> str:
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        found = re.search(r"Listening for beam jobs on port (\d+)", log.read_text())
        if found:
            return f"localhost:{found[1]}"
        time.sleep(0.2)
    raise TimeoutError(log.read_text())


def test_a_portable_job_writes_every_row(colour_model: Path, job_endpoint: str, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for number in range(5):
        Image.new("RGB", (8, 8), (10, 0, 30)).save(tmp_path / "images" / f"{number}.png")

    beam = ("--beam-runner", "portable", f"--beam-arg=--job_endpoint={job_endpoint}")
    paths = ("--input", str(tmp_path / "images"), "--output", str(tmp_path / "out.parquet"))
    code = main(["--model", str(colour_model), *paths, *beam, "--beam-arg=--environment_type=LOOPBACK"])

    rows = dataset.dataset(tmp_path / "out.parquet").to_table().to_pylist()
    assert code == 0
    assert {(row["id"], row["label"], row["probability"]) for row in rows} == {
        (f"{number}.png", "blue", 0.75) for number in range(5)
    }
