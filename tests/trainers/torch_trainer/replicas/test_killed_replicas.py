"""Trainings in two processes of which one is killed in the middle, and that must end as if it had not been."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).resolve().parents[4]
_PROGRAM = Path(__file__).with_name("replicated_training.py")
_KILLED = -9
_SETTINGS = {"epochs": 4, "optimization": {"ema_decay": 0.9, "micro_batches": 2}}


def _run(
    work_dir: Path, checkpoints: Path | None, *, victim: int = 0, dies_after: int = 0
) -> "subprocess.CompletedProcess[str]":
    arguments = [str(work_dir), str(checkpoints or ""), str(victim), str(dies_after), json.dumps(_SETTINGS)]
    return subprocess.run(
        [sys.executable, str(_PROGRAM), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "tests")])},
    )


def _followers(output: str) -> list[int]:
    (line,) = [line for line in output.splitlines() if line.startswith("followers ")]
    followers: list[int] = json.loads(line.removeprefix("followers "))
    return followers


def _is_running(process_id: int) -> bool:
    """Tell whether a process is there and no zombie that nobody has asked about."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _result(work_dir: Path) -> dict[str, Any]:
    result: dict[str, Any] = torch.load(work_dir / "weights.pt", weights_only=True)
    return result


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux's /proc who is running")
def test_a_process_that_is_killed_ends_all_and_the_next_attempt_goes_on(tmp_path: Path) -> None:
    checkpoints = tmp_path / "checkpoints"
    assert _run(tmp_path / "whole", None).returncode == 0

    follower_died = _run(tmp_path / "first", checkpoints, victim=1, dies_after=8)
    assert follower_died.returncode == 1
    assert "the process of replica 2 of 2 was killed by SIGKILL; it may have run out of memory" in follower_died.stderr

    leader_died = _run(tmp_path / "second", checkpoints, victim=0, dies_after=6)
    assert leader_died.returncode == _KILLED
    (follower,) = _followers(leader_died.stdout)
    deadline = time.monotonic() + 10
    while _is_running(follower) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(follower)

    assert _run(tmp_path / "third", checkpoints).returncode == 0
    whole, resumed = _result(tmp_path / "whole"), _result(tmp_path / "third")
    assert (whole["resumed"], resumed["resumed"]) == (0, 2)
    for name, expected in whole["weights"].items():
        assert torch.equal(expected, resumed["weights"][name]), name
