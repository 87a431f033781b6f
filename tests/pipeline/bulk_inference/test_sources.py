from pathlib import Path

import pytest

from pipeline.bulk_inference.sources import find_source
from pipeline.errors import UsageError


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content")
    return folder


def test_a_folder_is_searched_recursively_without_hidden_and_other_files(tmp_path: Path) -> None:
    folder = fill(tmp_path, "b.PNG", "a/c.jpeg", "a/.hidden.png", ".git/d.png", "notes.md")

    source = find_source(str(folder))

    assert (source.kind, source.root, source.files) == ("image files", folder, ("a/c.jpeg", "b.PNG"))


def test_one_image_is_a_source(tmp_path: Path) -> None:
    assert find_source(str(fill(tmp_path, "a.jpg") / "a.jpg")).files == ("a.jpg",)


def test_a_list_names_files_relative_to_itself_even_absent_ones(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("a.png\n\n  deep/b.jpg \n/elsewhere/c.png\n")

    source = find_source(str(tmp_path / "list.txt"))

    assert source.root == tmp_path
    assert source.files == ("a.png", "deep/b.jpg", "/elsewhere/c.png")


def test_record_files_are_told_by_their_names(tmp_path: Path) -> None:
    fill(tmp_path, "t/data_tfrecord-00000-of-00001.gz", "p/one.parquet", "p/two.parquet")

    assert find_source(str(tmp_path / "t")).kind == "TFRecord"
    assert find_source(str(tmp_path / "p" / "*.parquet")).files == ("one.parquet", "two.parquet")


def test_several_kinds_at_once_are_refused(tmp_path: Path) -> None:
    folder = fill(tmp_path, "a.png", "b.png", "c.parquet")

    with pytest.raises(UsageError, match="1 of Parquet and 2 of image files"):
        find_source(str(folder))


@pytest.mark.parametrize(
    ("name", "content", "message"), [("empty.txt", b"", "empty list"), ("x.txt", b"\xff", "cannot")]
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UsageError, match=message):
        find_source(str(tmp_path / name))


def test_nothing_and_nothing_readable_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist and matches no file"):
        find_source(str(tmp_path / "absent"))
    with pytest.raises(UsageError, match="holds no file that can be read"):
        find_source(str(fill(tmp_path, "readme.md")))
