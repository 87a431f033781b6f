import threading
from collections.abc import Iterator

import pytest

from trainers.prefetch import prefetched


def test_items_come_in_order_and_once() -> None:
    assert list(prefetched(iter(range(7)), ahead=2)) == list(range(7))
    assert list(prefetched(iter(()), ahead=3)) == []


def test_the_next_items_are_made_while_the_one_before_is_used() -> None:
    made = [threading.Event() for _ in range(4)]

    def items() -> Iterator[int]:
        for number in range(4):
            made[number].set()
            yield number

    taken = prefetched(items(), ahead=2)
    assert next(taken) == 0
    assert made[2].wait(timeout=10)
    assert not made[3].wait(timeout=0.1)
    taken.close()  # type: ignore[attr-defined]


def test_an_error_comes_where_its_item_would_have() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    taken = prefetched(items(), ahead=2)
    assert next(taken) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(taken)


def test_no_thread_is_left_by_someone_who_stops_early() -> None:
    before = threading.active_count()
    taken = prefetched(iter(range(100)), ahead=2)
    next(taken)
    taken.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
