from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tiny_predictions import MIDNIGHT, entry

from serving.errors import RequestLogError
from serving.request_log.entries import to_line
from serving.request_log.files import LogFiles, finished_files
from serving.request_log.reader import read_lines, read_log

SECOND = timedelta(seconds=1)


def write(folder: Path, *entries: Any) -> Path:
    files = LogFiles(folder, max_bytes=1 << 20)
    for each in entries:
        files.write(to_line(each), time=each.time)
    files.finish()
    return finished_files(folder)[-1]


def read(folder: Path, *, start: int = 0, end: int = 10) -> list[str]:
    window = {"start": MIDNIGHT + start * SECOND, "end": MIDNIGHT + end * SECOND}
    return [found.label for found in read_log(folder, model="colours", version=2, **window)]


def test_one_version_and_window_are_read_from_all_files(tmp_path: Path) -> None:
    write(tmp_path, *(entry(label=str(second), time=MIDNIGHT + second * SECOND) for second in range(3)))
    write(tmp_path, entry(label="other", version=1), entry(label="other", model="shapes"))
    write(tmp_path, *(entry(label=str(second), time=MIDNIGHT + second * SECOND) for second in range(3, 6)))

    assert sorted(read(tmp_path)) == ["0", "1", "2", "3", "4", "5"]
    assert sorted(read(tmp_path, start=1, end=4)) == ["1", "2", "3"]
    assert read(tmp_path, start=6) == []


def test_a_file_that_was_cut_off_is_read_to_its_last_whole_line(tmp_path: Path) -> None:
    path = write(tmp_path, *(entry(label=str(number)) for number in range(5)))
    whole = path.read_bytes()
    seen = set()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        found = read(tmp_path)
        assert found == [str(number) for number in range(len(found))]
        seen.add(len(found))

    assert seen == {0, 1, 2, 3, 4, 5}


def test_a_damaged_file_ends_early_and_a_removed_one_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path, entry())
    path.write_bytes(b"no gzip")
    assert read(tmp_path) == []
    path.unlink()
    assert list(read_lines(path)) == []


def test_a_line_that_is_no_entry_is_named(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, max_bytes=1 << 20)
    files.write(to_line(entry()) + b"{}\n", time=MIDNIGHT)
    files.finish()

    with pytest.raises(RequestLogError, match=r"jsonl.gz, line 2 is no entry of a request log \(time: Field required"):
        read(tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestLogError, match="absent is not a folder"):
        read(tmp_path / "absent")
