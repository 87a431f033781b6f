"""Lengths of time as people write them."""

from datetime import timedelta

import pytest

from pipeline.retraining.durations import parse_duration, say_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("6h", timedelta(hours=6)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("2w", timedelta(weeks=2)),
        ("30 d", timedelta(days=30)),
    ],
)
def test_a_number_with_a_unit_is_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("value", [6, 1.5, "6", "h", "6x", "-6h", "six hours", True])
def test_without_a_unit_it_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="write a number with a unit"):
        parse_duration(value)


def test_a_number_beyond_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than anybody will wait"):
        parse_duration("99999999999999d")


@pytest.mark.parametrize("text", ["6h", "1d1h", "1m30s", "0s"])
def test_what_is_said_can_be_read_again(text: str) -> None:
    length = parse_duration(text)

    assert isinstance(length, timedelta)
    assert say_duration(length) == text
