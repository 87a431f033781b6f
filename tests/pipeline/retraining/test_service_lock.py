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


def test_a_second_one_does_not_get_it_and_can_say_who_has_it(tmp_path: Path) -> None:
    first, second = ServiceLock(tmp_path / "lock"), ServiceLock(tmp_path / "lock")

    assert first.acquire()
    assert not second.acquire()
    owner = second.owner()
    assert owner is not None
    assert owner.pid == os.getpid()
    assert f"process {os.getpid()} on" in str(owner)


def test_it_is_free_after_its_context(tmp_path: Path) -> None:
    first, second = ServiceLock(tmp_path / "lock"), ServiceLock(tmp_path / "lock")
    assert first.acquire()
    with first:
        pass

    assert second.owner() is None
    assert second.acquire()


def test_it_is_free_after_its_holder_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        owner = ServiceLock(file).owner()
        assert owner is not None
        assert owner.pid == holder.pid
        assert not ServiceLock(file).acquire()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()

        assert ServiceLock(file).owner() is None
        assert ServiceLock(file).acquire()


def test_nobody_holds_a_lock_that_was_never_taken(tmp_path: Path) -> None:
    assert ServiceLock(tmp_path / "lock").owner() is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(PipelineError, match="cannot be written"):
        ServiceLock(tmp_path / "file" / "lock").acquire()
