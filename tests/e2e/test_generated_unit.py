"""The command of a generated unit, with the settings generated beside it, really retrains."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.recurring.cron import parse_cron
from pipeline.recurring.order import ScheduledOrder
from pipeline.recurring.systemd.units import timer_units
from pipeline.settings import load_config

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]


def test_what_the_timer_starts_pushes_a_model_and_then_has_nothing_to_do(tmp_path: Path, scans: Path) -> None:
    here = {"python": sys.executable, "working_directory": str(ROOT), "config_folder": str(tmp_path)}
    settings = {
        "root": str(tmp_path / "runs"),
        "data": {"path": str(scans)},
        "image": {"size_pixels": 16},
        "frameworks": ["pytorch"],
        "train": {"epochs": 1},
        "evaluation": {"min_accuracy": 0.1},
        "recurring": {"systemd": here},
    }
    order = ScheduledOrder(name="nightly", config=load_config(options=settings), schedule=parse_cron("0 3 * * *"))
    units = timer_units(order)
    (tmp_path / "nightly.yaml").write_text(units["nightly.yaml"])
    (command,) = (line.partition("=")[2] for line in units["nightly.service"].splitlines() if "ExecStart=" in line)

    for _ in range(2):
        done = subprocess.run(shlex.split(command), cwd=ROOT, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    assert [path.name for path in (tmp_path / "runs" / "models" / "three-digits").iterdir() if path.is_dir()] == ["1"]
