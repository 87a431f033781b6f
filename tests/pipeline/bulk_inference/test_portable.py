"""A job endpoint for real: Beam's own job service in another process, workers in this one."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pyarrow import dataset
from workplace import wait_until

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
    listening = re.compile(r"Listening for beam jobs on port (\d+)")
    wait_until(lambda: listening.search(log.read_text()), timeout_seconds=100)
    return f"localhost:{listening.findall(log.read_text())[0]}"


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
