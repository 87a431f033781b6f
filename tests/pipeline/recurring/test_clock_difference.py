"""Whether two clocks stay the same time apart."""

from datetime import datetime, timezone

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.clock_difference import minutes_ahead
from pipeline.retraining.time_zone import parse_time_zone

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("zone", "of", "minutes"),
    [("UTC", "Asia/Kolkata", -330), ("Asia/Tokyo", "UTC", 540), ("Europe/Paris", "Europe/Berlin", 0)],
)
def test_clocks_that_go_alike_are_so_many_minutes_apart(zone: str, of: str, minutes: int) -> None:
    assert minutes_ahead(parse_time_zone(zone), parse_time_zone(of), now=NOW) == minutes


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe"])
def test_clocks_that_do_not_are_refused(zone: str) -> None:
    with pytest.raises(UsageError, match=f"{zone} and UTC are not always the same time apart: it changes before 2027-"):
        minutes_ahead(parse_time_zone(zone), parse_time_zone("UTC"), now=NOW)
