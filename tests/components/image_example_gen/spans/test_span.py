from datetime import date

import pytest

from components.image_example_gen.spans.span import Span, day_number, parse_name


@pytest.mark.parametrize(
    ("number", "version", "is_date", "name"),
    [
        (7, None, False, "7"),
        (7, 2, False, "7:2"),
        (day_number(date(2026, 1, 31)), None, True, "2026-01-31"),
        (0, 3, True, "1970-01-01:3"),
    ],
)
def test_a_name_says_number_and_version(number: int, version: int | None, is_date: bool, name: str) -> None:
    assert Span(number=number, version=version, is_date=is_date, folder="").name == name
    assert parse_name(name) == (number, version or 0)
