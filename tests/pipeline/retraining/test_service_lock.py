"""The lock of a root: one holder, whose facts can be read, and none after it was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.retraining.service_lock import ServiceLock

ROOT = Path(__file__).resolve().parents[3]
HOLD = "import sys, time; from pathlib import Path; from pipeline.retraining.service_lock import ServiceLock\n"
HOLD += "lock = ServiceLock(Path(sys.argv[1])); assert lock.acquire(); print('held', flush=True); time.sleep(600)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def is_free(file: Path) -> bool:
    with ServiceLock(file) as lock:
        return lock.acquire()


def test_a_second_one_does_not_get_it_and_can_say_who_has_it(file: Path) -> None:
    with ServiceLock(file) as first:
        assert first.acquire()
        assert not is_free(file)
        owner = ServiceLock(file).owner()

    assert owner is not None
    assert owner.pid == os.getpid()
    assert f"process {os.getpid()} on" in str(owner)


def test_it_is_free_after_its_context(file: Path) -> None:
    with ServiceLock(file) as first:
        first.acquire()

    assert ServiceLock(file).owner() is None
    assert is_free(file)


def test_it_is_free_after_its_holder_was_killed(file: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        owner = ServiceLock(file).owner()
        assert owner is not None
        assert owner.pid == holder.pid
        assert not is_free(file)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()

    assert ServiceLock(file).owner() is None
    assert is_free(file)


def test_nobody_holds_a_lock_that_was_never_taken(file: Path) -> None:
    assert ServiceLock(file).owner() is None
    assert not file.exists()


def test_a_folder_that_cannot_be_made_is_named(file: Path) -> None:
    file.touch()

    with pytest.raises(PipelineError, match="cannot be written"):
        ServiceLock(file / "lock").acquire()
