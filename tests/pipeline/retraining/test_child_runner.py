"""Runs as child processes: their options and environment, their end with the service, the root that others hold."""

import fcntl
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.retraining import child_runner
from pipeline.retraining.child_runner import ChildRunner
from pipeline.retraining.runner import RunOrder
from pipeline.retraining.stop_signal import StopSignal
from pipeline.runners.base import RunFolders

ROOT = Path(__file__).resolve().parents[3]


def runner(tmp_path: Path, *arguments: str) -> ChildRunner:
    return ChildRunner(
        folders=RunFolders(tmp_path),
        output=tmp_path / "output",
        arguments=lambda: arguments,
        resume_arguments=("--root", str(tmp_path)),
        timeout=timedelta(minutes=5),
        hidden_variables=("TANDEM_SECRET",),
    )


def refuse(run_id: str) -> None:
    raise AssertionError(run_id)


def test_what_the_door_of_the_pipeline_says_is_the_outcome(tmp_path: Path) -> None:
    outcome = runner(tmp_path, "--data", "/absent").run(RunOrder(name="one"), StopSignal(), refuse)

    assert (outcome.status, outcome.exit_code, outcome.run_id) == ("failed", 2, None)
    assert outcome.why == ("data folder /absent does not exist; --data takes 'digits' or a folder",)
    assert "/absent" in (tmp_path / "output" / "one.log").read_text()


def test_a_resumed_run_takes_its_settings_from_the_first_one(tmp_path: Path) -> None:
    outcome = runner(tmp_path, "--data", "/absent").run(RunOrder(name="one", resumes="r1"), StopSignal(), refuse)

    assert outcome.why == (f"--resume: no run has been started in {tmp_path}; check --root",)


def test_only_so_many_outputs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_runner.sys, "executable", "/bin/true")
    (tmp_path / "output").mkdir()
    for number in range(120):
        (tmp_path / "output" / f"{number:04}.log").touch()
    runner(tmp_path).run(RunOrder(name="9999"), StopSignal(), refuse)
    names = sorted(path.name for path in (tmp_path / "output").iterdir())

    assert (len(names), names[0], names[-1]) == (101, "0020.log", "9999.log")


def test_a_root_that_another_run_holds_is_not_free(tmp_path: Path) -> None:
    own = runner(tmp_path)
    assert own.is_root_free()
    with (tmp_path / ".lock").open("w") as lock:
        assert own.is_root_free()
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not own.is_root_free()


def test_a_run_process_ends_when_the_pipe_of_its_service_closes_and_not_before() -> None:
    code = "import sys; from pipeline.retraining import run_process; import threading\n"
    code += "threading.Thread(target=run_process._watch, args=(int(sys.argv[1]),), daemon=True).start()\n"
    code += "while True: print(input(), flush=True)"
    theirs, ours = os.pipe()
    command, pipe = [sys.executable, "-c", code, str(theirs)], subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, pass_fds=(theirs,), stdin=pipe, stdout=pipe) as process:
        os.close(theirs)
        assert process.stdin is not None
        assert process.stdout is not None
        for word in (b"runs\n", b"still runs\n"):
            process.stdin.write(word)
            process.stdin.flush()
            assert process.stdout.readline() == word
        os.close(ours)
        assert process.wait(60) == -15


def test_secrets_of_notifications_do_not_reach_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_SECRET", "canary")
    monkeypatch.setenv("TANDEM_HARMLESS", "1")
    own = runner(tmp_path)
    with (tmp_path / "out").open("wb") as output, own._start(("--data", "/absent"), output.fileno()) as process:
        environment = Path(f"/proc/{process.pid}/environ")
        deadline = time.monotonic() + 10
        while b"PYTHONUNBUFFERED" not in environment.read_bytes():
            assert time.monotonic() < deadline
        found = environment.read_bytes()

    assert b"TANDEM_HARMLESS=1" in found
    assert b"canary" not in found
