from pathlib import Path

import pytest

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
