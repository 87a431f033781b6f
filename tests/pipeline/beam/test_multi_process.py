"""Real worker processes: where they find code, what they know, how they end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from workplace import ROOT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

_DOUBLE = """
import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from pipeline.beam.arguments import beam_arguments
from pipeline.beam.config import BeamConfig

def work(number):
    import os, pathlib, time
    from trainers import features  # code of ours
    pathlib.Path({folder!r}, str(os.getpid())).touch()
    time.sleep({seconds})
    return f"{{features.IMAGE}} {{number * 2}}"

arguments = beam_arguments(BeamConfig(runner="multi_process", workers=2))
with beam.Pipeline(options=PipelineOptions(arguments)) as pipeline:
    doubled = pipeline | beam.Create(range(40)) | beam.Reshuffle() | beam.Map(work)
    _ = doubled | beam.io.WriteToText({folder!r} + "/out", num_shards=1, shard_name_template="")
"""


def start(folder: Path, *, seconds: float) -> "subprocess.Popen[str]":
    script = folder / "a folder with spaces" / "script.py"
    script.parent.mkdir()
    script.write_text(_DOUBLE.format(folder=str(folder), seconds=seconds))
    bootstrap = (
        f"import runpy, sys; sys.path.insert(0, {str(ROOT)!r}); runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen([sys.executable, "-c", bootstrap], cwd=script.parent, env=environment, text=True)


def workers_of(folder: Path) -> list[str]:
    """Return the ids of the processes that have worked."""
    return [path.name for path in folder.iterdir() if path.name.isdecimal()]


def is_alive(worker: str) -> bool:
    return Path("/proc", worker).exists()


def test_two_workers_find_our_code_from_any_working_folder(tmp_path: Path) -> None:
    process = start(tmp_path, seconds=0)
    assert process.wait() == 0

    lines = [line.split() for line in (tmp_path / "out").read_text().splitlines()]
    workers = workers_of(tmp_path)
    assert sorted(int(number) for _, number in lines) == [2 * number for number in range(40)]
    assert {name for name, _ in lines} == {"image"}
    assert len(workers) == 2
    wait_until(lambda: not any(is_alive(worker) for worker in workers), timeout_seconds=30)


def test_workers_end_when_their_runner_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path, seconds=300)  # they do not end because their work is done
    wait_until(lambda: len(workers_of(tmp_path)) == 2, timeout_seconds=200)
    process.send_signal(signal.SIGKILL)
    process.wait()

    wait_until(lambda: not any(is_alive(worker) for worker in workers_of(tmp_path)), timeout_seconds=30)
