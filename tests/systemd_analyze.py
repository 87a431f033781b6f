"""systemd's own checks of units, where the program is installed; they need no running systemd."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

PROGRAM = shutil.which("systemd-analyze")
NEEDED = pytest.mark.skipif(
    PROGRAM is None and os.environ.get("CI") != "true", reason="systemd-analyze is not installed"
)
"""For tests of units: skipped without the program, but not in CI."""
_TIME = re.compile(r"(?:Next elapse|Iter\. #\d+): \w{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")


def verify(units: Mapping[str, str], folder: Path) -> str:
    """Return everything that `verify` has against units, warnings too; the empty text is what one wants."""
    paths = [folder / name for name in units if not name.endswith(".yaml")]
    for path in paths:
        path.write_text(units[path.name])
    done = _run("verify", "--man=no", "--recursive-errors=yes", *map(str, paths))
    return done.stdout + done.stderr + (f"status {done.returncode}" if done.returncode else "")


def exposure(unit: str, folder: Path) -> float:
    """Return how exposed a service is, from 0 (not) to 10."""
    path = folder / "exposure.service"
    path.write_text(unit)
    said = _run("security", "--offline=true", "--no-pager", str(path)).stdout
    (level,) = re.findall(r"Overall exposure level for exposure\.service: ([0-9.]+)", said)
    return float(level)


def calendar_times(expression: str, *, after: datetime, count: int) -> list[datetime]:
    """Return when a calendar expression elapses."""
    # The base time itself counts for `calendar`, but not for a timer that elapsed then.
    base = f"{after + timedelta(seconds=1):%Y-%m-%d %H:%M:%S} UTC"
    done = _run("calendar", f"--base-time={base}", f"--iterations={count}", expression)
    assert done.returncode == 0, done.stderr
    return [datetime.fromisoformat(time).replace(tzinfo=timezone.utc) for time in _TIME.findall(done.stdout)]


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    assert PROGRAM is not None
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    return subprocess.run([PROGRAM, *arguments], text=True, capture_output=True, check=False, env=environment)
