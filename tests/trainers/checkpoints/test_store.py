import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trainers.checkpoints.store import CheckpointStore


def _writes(text: str) -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        (folder / "state").write_text(text)

    return fill


def _texts(store: CheckpointStore) -> list[str]:
    return [(folder / "state").read_text() for folder in store.intact()]


def test_a_folder_that_does_not_exist_holds_none(tmp_path: Path) -> None:
    assert list(CheckpointStore(tmp_path / "absent").intact()) == []
    assert list(tmp_path.iterdir()) == []


def test_the_newest_two_are_kept_and_the_newest_comes_first(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path / "checkpoints")
    for text in ("first", "second", "third"):
        store.write(_writes(text))
    assert _texts(store) == ["third", "second"]
    assert len(list((tmp_path / "checkpoints").iterdir())) == 2


def test_a_checkpoint_that_was_not_finished_does_not_count(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    store.write(_writes("whole"))

    def dies(folder: Path) -> None:
        (folder / "state").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write(dies)
    assert _texts(store) == ["whole"]
    store.write(_writes("next"))
    assert _texts(store) == ["next", "whole"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: os.truncate(folder / "state", 2), "state changed after it was written"),
        (lambda folder: (folder / "state").write_text("seCond"), "state changed after it was written"),
        (lambda folder: (folder / "state").unlink(), "cannot be read"),
        (lambda folder: (folder / "contents.json").write_text(""), "cannot be read"),
        (lambda folder: (folder / "contents.json").write_text("[]"), "cannot be read"),
    ],
)
def test_a_damaged_one_is_left_out_and_named(
    damage: Callable[[Path], None], message: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = CheckpointStore(tmp_path)
    for text in ("first", "second"):
        store.write(_writes(text))
    newest = next(store.intact())
    damage(newest)
    with caplog.at_level(logging.WARNING):
        assert _texts(store) == ["first"]
    assert f"Checkpoint {newest} is damaged and not used" in caplog.text
    assert message in caplog.text


def test_a_damaged_one_never_outlives_the_next(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    for text in ("first", "second"):
        store.write(_writes(text))
    os.truncate(next(store.intact()) / "state", 0)
    for text in ("third", "fourth"):
        store.write(_writes(text))
    assert _texts(store) == ["fourth", "third"]


def test_every_file_is_listed_with_its_size(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    store.write(_writes("12345"))
    contents = json.loads((next(store.intact()) / "contents.json").read_text())
    # The CRC-32 of "12345", as zip files have it.
    assert contents == {"state": {"size_bytes": 5, "crc32": 0xCBF53A1C}}
