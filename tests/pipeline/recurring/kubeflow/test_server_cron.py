"""The server has one clock; a schedule of another zone is converted exactly or refused."""

from datetime import datetime, timezone

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.cron import parse_cron
from pipeline.recurring.kubeflow.server_cron import server_cron
from pipeline.recurring.order import ScheduledOrder
from pipeline.settings import load_config

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)


def convert(schedule: str, zone: str, server_zone: str = "UTC") -> str:
    recurring = {"recurring_run": {"server_time_zone": server_zone}}
    config = load_config(options={"recurring": recurring, "retrain": {"time_zone": zone}})
    order = ScheduledOrder(name="digits", config=config, schedule=parse_cron(schedule))
    return server_cron(order, now=NOW).text


@pytest.mark.parametrize(
    ("zone", "server_zone", "cron"),
    [
        ("UTC", "UTC", "0 0 3 * * 1"),
        ("Asia/Tokyo", "UTC", "0 0 18 * * 0"),
        ("Asia/Kolkata", "UTC", "0 30 21 * * 0"),
        ("Europe/Berlin", "Europe/Berlin", "0 0 3 * * 1"),
        ("Europe/Berlin", "Europe/Paris", "0 0 3 * * 1"),
        ("UTC", "Asia/Tokyo", "0 0 12 * * 1"),
    ],
)
def test_the_same_moments_by_the_clock_of_the_server(zone: str, server_zone: str, cron: str) -> None:
    assert convert("0 3 * * mon", zone, server_zone) == cron


def test_a_zone_with_daylight_saving_time_is_refused_with_two_ways_out() -> None:
    with pytest.raises(
        UsageError, match=r"Europe/Berlin.*not always the same time apart.*--time-zone UTC.*server_time"
    ):
        convert("0 3 * * *", "Europe/Berlin")


def test_a_schedule_that_the_other_clock_tears_apart_is_refused() -> None:
    with pytest.raises(UsageError, match="its days fall into other months there"):
        convert("0 3 1 * *", "Asia/Tokyo")
