"""Trainings in two processes of which one is killed in the middle, and that must end as if it had not been."""

import json
import os
import select
import subprocess
import sys
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
    trainings: dict[Path, Path | None], *, victim: int = 0, dies_after: int = 0
) -> "subprocess.CompletedProcess[str]":
    """Do trainings, each in its folder and with a folder of checkpoints."""
    folders = {str(work_dir): checkpoints and str(checkpoints) for work_dir, checkpoints in trainings.items()}
    arguments = [str(victim), str(dies_after), json.dumps(_SETTINGS), json.dumps(folders)]
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


def _wait_for_the_end_of(process_id: int) -> None:
    """Wait for a process that is no child of this one; one that nobody has asked about, a zombie, has ended too."""
    try:
        process = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    try:
        select.select([process], [], [])
    finally:
        os.close(process)


def _result(work_dir: Path) -> dict[str, Any]:
    result: dict[str, Any] = torch.load(work_dir / "weights.pt", weights_only=True)
    return result


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for another's child process, which Linux alone can")
def test_a_process_that_is_killed_ends_all_and_the_next_attempt_goes_on(tmp_path: Path) -> None:
    checkpoints = tmp_path / "checkpoints"
    follower_died = _run({tmp_path / "first": checkpoints}, victim=1, dies_after=8)
    assert follower_died.returncode == 1
    assert "the process of replica 2 of 2 was killed by SIGKILL; it may have run out of memory" in follower_died.stderr

    leader_died = _run({tmp_path / "second": checkpoints}, victim=0, dies_after=6)
    assert leader_died.returncode == _KILLED
    (follower,) = _followers(leader_died.stdout)
    _wait_for_the_end_of(follower)

    assert _run({tmp_path / "third": checkpoints, tmp_path / "whole": None}).returncode == 0
    whole, resumed = _result(tmp_path / "whole"), _result(tmp_path / "third")
    assert (whole["resumed"], resumed["resumed"]) == (0, 2)
    for name, expected in whole["weights"].items():
        assert torch.equal(expected, resumed["weights"][name]), name
