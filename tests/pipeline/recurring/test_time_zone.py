"""Zones by name, and whether two clocks stay the same time apart."""

from datetime import datetime, timezone

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.time_zone import find_zone, minutes_ahead

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)


def test_a_mistyped_zone_gets_a_hint() -> None:
    with pytest.raises(UsageError, match=r"'Europe/Berln' is not in the tz database.*Did you mean 'Europe/Berlin'"):
        find_zone("Europe/Berln")


@pytest.mark.parametrize("name", ["Europe", "", "../etc/passwd", "localtime", "CEST"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is not in the tz database"):
        find_zone(name)


@pytest.mark.parametrize(
    ("zone", "of", "minutes"),
    [("UTC", "Asia/Kolkata", -330), ("Asia/Tokyo", "UTC", 540), ("Europe/Paris", "Europe/Berlin", 0)],
)
def test_clocks_that_go_alike_are_so_many_minutes_apart(zone: str, of: str, minutes: int) -> None:
    assert minutes_ahead(find_zone(zone), find_zone(of), now=NOW) == minutes


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe"])
def test_clocks_that_do_not_are_refused(zone: str) -> None:
    with pytest.raises(UsageError, match=f"{zone} and UTC are not always the same time apart: it changes before 2027-"):
        minutes_ahead(find_zone(zone), find_zone("UTC"), now=NOW)
