from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.module.dataset import inspect_records, record_files, record_kind


def test_a_file_or_a_folder_of_one_kind_is_taken(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    first.write_text("x\n1\n")
    second.write_text("x\n2\n")
    (tmp_path / "README.md").write_text("about")
    assert record_files(str(tmp_path)) == [first, second]
    assert inspect_records(str(first), None).fingerprint != inspect_records(str(tmp_path), None).fingerprint


def test_a_rewritten_file_changes_the_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "a.tfrecord"
    path.write_bytes(b"1")
    before = inspect_records(str(path), None)
    path.write_bytes(b"12")
    assert inspect_records(str(path), None).fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("name", "kind"), [("a.csv", "csv"), ("a.tfrecord.gz", "tfrecord"), ("a.tfrecords", "tfrecord"), ("a.gz", None)]
)
def test_the_name_says_what_a_file_holds(name: str, kind: str | None) -> None:
    assert record_kind(Path(name)) == kind


@pytest.mark.parametrize(
    ("names", "message"), [((), "holds no file that ends in .csv"), (("a.csv", "b.tfrecord"), "holds both CSV and")]
)
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(UsageError, match=message):
        inspect_records(str(tmp_path), None)


def test_the_digits_are_no_records() -> None:
    with pytest.raises(UsageError, match="give --data a CSV or TFRecord file"):
        inspect_records("digits", None)
