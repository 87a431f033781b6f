import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.beam import template_start
from pipeline.beam.template_start import worker_command, worker_environment

ROOT = Path(__file__).resolve().parents[3]


def test_workers_find_our_code_before_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")

    assert worker_environment()["PYTHONPATH"] == f"{ROOT}{os.pathsep}elsewhere"


def test_the_command_survives_spaces_and_replaces_its_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/a folder/python")

    words = shlex.split(worker_command("/a socket/template"))

    assert "TANDEM_BEAM_TEMPLATE_SOCKET=/a socket/template" in words
    assert words[-4:] == ["exec", "/a folder/python", "-m", "pipeline.beam.sdk_worker"]


def test_what_killed_processes_left_is_removed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    for owner in (str(ended.pid), str(os.getpid()), "nobody"):
        (tmp_path / f"tandem-beam-{owner}-x").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    template_start._remove_folders_of_the_dead()

    assert {path.name for path in tmp_path.iterdir()} == {f"tandem-beam-{os.getpid()}-x", "tandem-beam-nobody-x"}
