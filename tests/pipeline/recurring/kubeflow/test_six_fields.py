"""Five fields and six cannot be taken for each other."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.cron import parse_cron
from pipeline.recurring.kubeflow.six_fields import SixFieldCron

RECORDED = {
    row["text"]: row["times"]
    for row in json.loads((Path(__file__).parent / "robfig_v1.json").read_text())
    if "times" in row
}


@pytest.mark.parametrize(
    ("schedule", "cron"),
    [
        ("0 3 * * *", "0 0 3 * * *"),
        ("*/15 9-17 * * mon-fri", "0 0,15,30,45 9-17 * * 1-5"),
        ("0 0 * * 7", "0 0 0 * * 0"),
        ("15 2 29 feb *", "0 15 2 29 2 *"),
        ("0 0 1-7 * *", "0 0 0 1-7 * *"),
    ],
)
def test_a_schedule_gets_the_second_0_and_means_the_same_to_the_server(schedule: str, cron: str) -> None:
    five = parse_cron(schedule)

    assert SixFieldCron.of(five).text == cron
    assert all(five.matches(datetime.fromisoformat(time)) for time in RECORDED[cron])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("0 3 * * *", "has 5 fields; Kubeflow Pipelines needs six, the seconds first"),
        ("* 0 3 * * *", "names seconds"),
        ("0 0 3 13 * 5", "names days of the month and of the week"),
        ("@daily", "has 1 fields"),
    ],
)
def test_what_is_not_six_fields_at_the_full_minute_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        SixFieldCron(text)


def test_six_fields_are_refused_where_five_are_expected() -> None:
    with pytest.raises(UsageError, match="has six fields"):
        parse_cron(SixFieldCron.of(parse_cron("0 3 * * *")).text)
