import pytest

from serving.errors import InvalidRequestError
from serving.v2_rest.raw_strings import join_strings, split_strings


def test_strings_stand_behind_their_lengths() -> None:
    assert join_strings([b"ab", b"", b"c"]) == b"\x02\0\0\0ab\0\0\0\0\x01\0\0\0c"
    assert split_strings(b"\x02\0\0\0ab\0\0\0\0\x01\0\0\0c", most=3) == [b"ab", b"", b"c"]
    assert split_strings(b"", most=3) == []


def test_no_more_are_read_than_asked_for() -> None:
    assert split_strings(bytes(4_000_000), most=3) == [b""] * 3


@pytest.mark.parametrize("raw", [b"\x01\0\0\0", b"\x01\0", b"\0\0\0\0\xff\xff\xff\xffa"])
def test_lengths_that_do_not_add_up_are_refused(raw: bytes) -> None:
    with pytest.raises(InvalidRequestError, match=f"do not add up to its {len(raw)} bytes"):
        split_strings(raw, most=9)
