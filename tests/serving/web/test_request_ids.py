import pytest

from serving.web.request_ids import choose_request_id


def test_a_harmless_id_is_kept() -> None:
    assert choose_request_id(b"4bf92f35/77:b3=a+1.2_3") == "4bf92f35/77:b3=a+1.2_3"


@pytest.mark.parametrize("given", [None, b"", b"a b", b'"', b"a\nb", b"\xff", b"x" * 129])
def test_other_ids_are_replaced_each_by_its_own(given: bytes | None) -> None:
    first, second = choose_request_id(given), choose_request_id(given)

    assert len(first) == len(second) == 16
    assert first != second
