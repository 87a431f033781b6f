from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.kubeflow.atomic_file import write_atomically


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "new" / "package.yaml"
    write_atomically(path, "old")
    write_atomically(path, "new")

    assert path.read_text() == "new"
    assert [entry.name for entry in path.parent.iterdir()] == ["package.yaml"]


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "package.yaml").mkdir()

    with pytest.raises(UsageError, match=r"package\.yaml cannot be written: Is a directory"):
        write_atomically(tmp_path / "package.yaml", "text")
    assert [entry.name for entry in tmp_path.iterdir()] == ["package.yaml"]
