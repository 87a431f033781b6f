from pathlib import Path

import pytest

from components.image_example_gen.spans.choice import SpanChoice
from pipeline.dataset import inspect_dataset
from pipeline.errors import UsageError


def test_the_digits_are_known_without_loading_them() -> None:
    data = inspect_dataset("digits", None)

    assert data.labels == tuple("0123456789")
    assert data.images == 1797


def test_data_and_schema_problems_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "schema.pbtxt").write_text('feature { name: "label" }')

    with pytest.raises(UsageError) as raised:
        inspect_dataset(str(tmp_path / "absent"), tmp_path / "schema.pbtxt")

    assert "lacks the feature 'image'" in raised.value.problems[0]
    assert "absent does not exist" in raised.value.problems[1]


def test_a_schema_that_is_no_schema_is_named(tmp_path: Path) -> None:
    (tmp_path / "schema.pbtxt").write_text("not a schema")

    with pytest.raises(UsageError, match=r"schema\.pbtxt is not a schema in text form"):
        inspect_dataset("digits", tmp_path / "schema.pbtxt")


def draw_spans(folder: Path, *names: str) -> str:
    """Make spans, each with two classes, and return their pattern."""
    for name in names:
        for label in ("cat", "dog"):
            (folder / name / label).mkdir(parents=True)
            (folder / name / label / "a.png").touch()
    return f"{folder}/span-{{SPAN}}/"


def test_a_pattern_is_its_newest_span_unless_more_are_asked_for(tmp_path: Path) -> None:
    pattern = draw_spans(tmp_path, "span-1", "span-2", "span-3")

    newest, last_two = inspect_dataset(pattern, None), inspect_dataset(pattern, None, SpanChoice(last=2))

    assert (newest.spans, newest.images, newest.labels) == ("3", 2, ("cat", "dog"))
    assert (last_two.spans, last_two.images) == ("2,3", 4)
    assert set(last_two.stamps) == {f"span-{span}/{label}/a.png" for span in (2, 3) for label in ("cat", "dog")}


def test_a_span_outside_of_the_window_changes_no_fingerprint(tmp_path: Path) -> None:
    pattern = draw_spans(tmp_path, "span-2", "span-3")
    before = inspect_dataset(pattern, None, SpanChoice(last=2))

    draw_spans(tmp_path, "span-1")

    assert inspect_dataset(pattern, None, SpanChoice(last=2)) == before


def test_spans_and_schema_problems_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        inspect_dataset(f"{tmp_path}/span-{{SPAM}}", tmp_path / "absent.pbtxt")

    assert "absent.pbtxt cannot be read" in raised.value.problems[0]
    assert "placeholder {SPAM} is unknown" in raised.value.problems[1]
