from pathlib import Path

import pytest

from trainers.byte_spool import ByteSpool

_WORDS = [b"one", b"", b"three", b"four"]


@pytest.mark.parametrize(("limit_bytes", "held_bytes"), [(12, 12), (11, 0), (0, 0)])
def test_what_comes_out_is_what_went_in_wherever_it_was(limit_bytes: int, held_bytes: int, tmp_path: Path) -> None:
    spool = ByteSpool(memory_limit_bytes=limit_bytes, folder=tmp_path)
    for word in _WORDS:
        spool.append(word)
    assert spool.memory_bytes == held_bytes
    ordered = spool.in_order([2, 0, 3, 1])
    assert list(ordered) == [b"three", b"one", b"four", b""]
    assert list(ordered[1:3]) == [b"one", b"four"]
    assert ordered[-2] == b"four"
    assert list(tmp_path.iterdir()) == []
