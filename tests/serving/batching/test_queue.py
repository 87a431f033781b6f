from typing import cast

import pytest

from serving.batching.queue import WorkQueue
from serving.batching.work import Work
from serving.errors import OverloadedError
from serving.versions.registry import LoadedVersion

OLD, NEW = (cast(LoadedVersion, name) for name in ("old", "new"))


def work(version: LoadedVersion, *, images: int = 1, queued_at: float = 0.0, deadline: float = 100.0) -> Work:
    return Work(version=version, images=[b""] * images, queued_at=queued_at, deadline=deadline)


def make(*works: Work, max_queue_images: int = 100, max_batch_images: int = 4) -> WorkQueue:
    queue = WorkQueue(max_queue_images=max_queue_images, max_batch_images=max_batch_images)
    for each in works:
        queue.put(each)
    return queue


def test_waiting_works_of_one_version_are_taken_together_up_to_the_limit() -> None:
    works = [work(OLD, images=2, queued_at=time) for time in range(3)]
    queue = make(*works)

    assert queue.take(10).works == works[:2]
    assert queue.images == 2
    assert queue.take(10).works == works[2:]
    assert queue.take(10).works == []


def test_the_oldest_work_decides_which_version_is_next() -> None:
    first, second, third = work(NEW, queued_at=1), work(OLD, queued_at=2), work(NEW, queued_at=3)
    queue = make(first, second, third)

    assert queue.take(10).works == [first, third]
    assert queue.take(10).works == [second]


def test_a_request_larger_than_a_batch_is_taken_whole_and_alone() -> None:
    large, small = work(OLD, images=9), work(OLD, queued_at=1)
    queue = make(large, small)

    assert queue.take(10).works == [large]
    assert queue.take(10).works == [small]


def test_what_comes_too_late_is_handed_back_and_takes_no_room() -> None:
    late = [work(OLD, images=3, deadline=5) for _ in range(3)]
    good = work(OLD, images=4, queued_at=1)
    queue = make(*late, good)

    batch = queue.take(5)

    assert (batch.works, batch.expired) == ([good], late)
    assert queue.images == 0


def test_late_works_of_one_version_do_not_hide_another() -> None:
    late, good = work(OLD, deadline=1), work(NEW, queued_at=1)

    batch = make(late, good).take(2)

    assert (batch.works, batch.expired) == ([good], [late])


def test_a_full_queue_refuses_and_has_room_again_after_a_take() -> None:
    queue = make(work(OLD, images=3), max_queue_images=4)

    with pytest.raises(OverloadedError, match="holds 3 images of at most 4"):
        queue.put(work(OLD, images=2))
    queue.take(0)
    queue.put(work(OLD, images=2))
