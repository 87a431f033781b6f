from pathlib import Path

import pytest

from serving.client.packs import pack, read_image


def test_groups_hold_no_more_than_their_number_and_size() -> None:
    images = [b"a", b"bb", b"ccc", b"ddddd", b"e"]

    assert list(pack(images, max_images=2, max_bytes=100)) == [[b"a", b"bb"], [b"ccc", b"ddddd"], [b"e"]]
    assert list(pack(images, max_images=9, max_bytes=4)) == [[b"a", b"bb"], [b"ccc"], [b"ddddd"], [b"e"]]
    assert list(pack([])) == []


def test_files_are_read_when_their_turn_comes(tmp_path: Path) -> None:
    first = tmp_path / "first.png"
    first.write_bytes(b"1")

    groups = pack([first, tmp_path / "absent.png"], max_images=1)

    with pytest.raises(FileNotFoundError, match=r"absent\.png"):
        next(groups)
    assert read_image(str(first)) == b"1"
