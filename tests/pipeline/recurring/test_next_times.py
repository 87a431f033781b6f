"""The next times, against what Kubernetes' own cron library said in Go."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from pipeline.recurring.cron import parse_cron
from pipeline.recurring.next_times import next_times
from pipeline.retraining.time_zone import parse_time_zone

RECORDED = json.loads((Path(__file__).parent / "kubernetes" / "robfig_v3.json").read_text())


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: f"{row['schedule']} {row['zone']}")
def test_the_next_times_are_those_of_kubernetes(row: dict[str, Any]) -> None:
    times = next_times(
        parse_cron(row["schedule"]), parse_time_zone(row["zone"]), now=datetime.fromisoformat(row["from"]), count=8
    )

    expected = [datetime.fromisoformat(time) for time in row["times"]]
    # We look eight years ahead, and each 29 February comes after four.
    assert times == expected[: len(times)]
    assert len(times) == len(expected) or row["schedule"].startswith("15 2 29 feb")


def test_a_time_that_does_not_exist_is_left_out_and_one_that_comes_twice_counts_once() -> None:
    schedule, zone = parse_cron("30 2 * * *"), parse_time_zone("Europe/Berlin")

    spring = next_times(schedule, zone, now=datetime(2027, 3, 27, 12, tzinfo=timezone.utc), count=1)
    autumn = next_times(schedule, zone, now=datetime(2027, 10, 30, 12, tzinfo=timezone.utc), count=2)

    assert [time.isoformat() for time in spring] == ["2027-03-29T02:30:00+02:00"]
    assert [time.isoformat() for time in autumn] == ["2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"]
