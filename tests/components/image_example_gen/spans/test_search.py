from datetime import date
from pathlib import Path

import pytest

from components.image_example_gen.spans.search import latest_spans
from components.image_example_gen.spans.span import SpansError


def folders(place: Path, *names: str) -> Path:
    for name in names:
        (place / name).mkdir(parents=True)
    return place


def names(place: Path, pattern: str, **options: object) -> list[str]:
    return [span.name for span in latest_spans(f"{place}/{pattern}", **options)]  # type: ignore[arg-type]


def test_spans_come_by_number_with_zeros_before_it_or_without(tmp_path: Path) -> None:
    folders(tmp_path, "span-10", "span-2", "span-003", "span-x", "other-4")
    (tmp_path / "span-5").touch()

    assert names(tmp_path, "span-{SPAN}") == ["2", "3", "10"]
    assert names(tmp_path, "span-{SPAN}", last=2) == ["3", "10"]
    assert names(tmp_path, "span-{SPAN:3}") == ["3"]


def test_the_highest_version_of_a_span_counts(tmp_path: Path) -> None:
    folders(tmp_path, "1/v1", "1/v10", "1/v9", "2/v1", "3")

    found = latest_spans(f"{tmp_path}/{{SPAN}}/v{{VERSION}}")

    assert [span.name for span in found] == ["1:10", "2:1"]
    assert found[0].folder == str(tmp_path / "1" / "v10")


def test_a_date_is_the_number_of_its_day_since_1970(tmp_path: Path) -> None:
    folders(tmp_path, "1970-01-02", "2026-02-28", "2026-03-01")

    found = latest_spans(f"{tmp_path}/{{YYYY}}-{{MM}}-{{DD}}")

    assert [span.number for span in found] == [1, (date(2026, 2, 28) - date(1970, 1, 1)).days, found[1].number + 1]
    assert [span.name for span in found] == ["1970-01-02", "2026-02-28", "2026-03-01"]


def test_a_span_without_the_marker_file_does_not_count_and_leaves_the_version_before_it(tmp_path: Path) -> None:
    folders(tmp_path, "1/v1", "1/v2", "2/v1")
    (tmp_path / "1" / "v1" / "_SUCCESS").touch()

    assert names(tmp_path, "{SPAN}/v{VERSION}", ready_file="_SUCCESS") == ["1:1"]


def test_two_folders_of_one_span_are_refused(tmp_path: Path) -> None:
    folders(tmp_path, "span-1", "span-01")

    with pytest.raises(SpansError, match=r"span-01 and .*span-1 are both span 1; remove one"):
        names(tmp_path, "span-{SPAN}")


def test_a_day_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    folders(tmp_path, "2026-02-30")

    with pytest.raises(SpansError, match=r"2026-02-30 matches .* but is no date"):
        names(tmp_path, "{YYYY}-{MM}-{DD}")


def test_a_base_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpansError, match=r"absent cannot be listed: No such file"):
        names(tmp_path / "absent", "{SPAN}")
