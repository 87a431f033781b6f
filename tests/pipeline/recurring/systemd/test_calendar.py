"""OnCalendar= of a schedule, by systemd's own reading."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from systemd_analyze import NEEDED, calendar_times

from pipeline.recurring.cron import parse_cron
from pipeline.recurring.next_times import next_times
from pipeline.recurring.systemd.calendar import calendar_expression
from pipeline.retraining.time_zone import parse_time_zone

RECORDED = json.loads((Path(__file__).parents[1] / "kubernetes" / "robfig_v3.json").read_text())


@pytest.mark.parametrize(
    ("schedule", "expression"),
    [
        ("0 3 * * *", "*-*-* 03:00:00 Europe/Berlin"),
        ("*/15 9-17 * * mon-fri", "Mon..Fri *-*-* 09..17:00,15,30,45:00 Europe/Berlin"),
        ("30 23 1,15 */3 *", "*-01,04,07,10-01,15 23:30:00 Europe/Berlin"),
        ("0 0 * * 7", "Sun *-*-* 00:00:00 Europe/Berlin"),
        ("0 0 * * 0,6", "Sat,Sun *-*-* 00:00:00 Europe/Berlin"),
        ("0 0 * * 0-1", "Mon,Sun *-*-* 00:00:00 Europe/Berlin"),
        ("* * * * *", "*-*-* *:*:00 Europe/Berlin"),
    ],
)
def test_a_schedule_is_written_as_systemd_wants_it(schedule: str, expression: str) -> None:
    assert calendar_expression(parse_cron(schedule), "Europe/Berlin") == expression


@NEEDED
@pytest.mark.parametrize("row", RECORDED, ids=lambda row: f"{row['schedule']} {row['zone']}")
def test_systemd_reads_the_times_that_kubernetes_reads(row: dict[str, Any]) -> None:
    expected = [datetime.fromisoformat(time) for time in row["times"]]

    times = calendar_times(
        calendar_expression(parse_cron(row["schedule"]), row["zone"]),
        after=datetime.fromisoformat(row["from"]),
        count=len(expected),
    )

    assert times == expected


@NEEDED
@pytest.mark.parametrize("start", ["2027-03-26T12:00:00+00:00", "2027-10-30T12:00:00+00:00"])
def test_systemd_leaves_out_what_does_not_exist_and_takes_once_what_comes_twice(start: str) -> None:
    schedule, after = parse_cron("30 2 * * *"), datetime.fromisoformat(start)

    times = calendar_times(calendar_expression(schedule, "Europe/Berlin"), after=after, count=3)

    expected = next_times(schedule, parse_time_zone("Europe/Berlin"), now=after, count=3)
    assert times == [time.astimezone(timezone.utc) for time in expected]
