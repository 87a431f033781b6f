"""The stand-in server's cron against what robfig/cron 1.2.0 itself said, in Go."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from robfig_cron import RobfigCron, RobfigError

RECORDED = json.loads((Path(__file__).parent / "robfig_v1.json").read_text())
REFUSED = [row for row in RECORDED if "error" in row]
TAKEN = [row for row in RECORDED if "times" in row]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["text"])
def test_what_the_library_refuses_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(RobfigError):
        RobfigCron(row["text"])


@pytest.mark.parametrize("row", TAKEN, ids=lambda row: row["text"])
def test_the_times_are_those_of_the_library(row: dict[str, Any]) -> None:
    cron = RobfigCron(row["text"])
    start, times = datetime.fromisoformat(row["from"]), [datetime.fromisoformat(time) for time in row["times"]]
    hours = int(min(times[-1] - start, timedelta(days=3)).total_seconds() // 3600)

    assert all(cron.fires(time) for time in times)
    candidates = (start + timedelta(minutes=minute) for minute in range(1, 60 * hours + 1))
    assert [time for time in candidates if cron.fires(time)] == [
        time for time in times if time <= start + timedelta(hours=hours) and not time.second
    ]
