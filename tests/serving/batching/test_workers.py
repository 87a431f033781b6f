"""Threads with a backend that waits until a test lets it go on; no test depends on how fast it runs."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from tiny_bundles import write_bundle

from serving.backends.base import Answers, Image
from serving.batching.queue import WorkQueue
from serving.batching.work import Outcome, Work
from serving.batching.workers import Workers
from serving.errors import DeadlineError, ModelFailedError, OverloadedError
from serving.versions.registry import LoadedVersion

WAIT_SECONDS = 60


class Gate:
    """A backend that shows each batch, then waits for its release; an image `bad` fails the whole call."""

    name = "gate"

    def __init__(self) -> None:
        self.batches: queue.Queue[list[Image]] = queue.Queue()
        self.released = threading.Semaphore(0)

    def classify(self, images: Sequence[Image]) -> Answers:
        self.batches.put(list(images))
        self.released.acquire(timeout=WAIT_SECONDS)
        if b"bad" in images:
            raise ValueError("bad image")
        return Answers([np.array([len(image)], np.float32) for image in images], 0.5, 0.25)

    def close(self) -> None:
        """Hold nothing."""

    def next_batch(self) -> list[Image]:
        return self.batches.get(timeout=WAIT_SECONDS)


class Bench:
    """Workers, the backend and everything that was delivered."""

    def __init__(self, folder: Path, *, workers: int) -> None:
        self.gate, self.now = Gate(), 0.0
        self.version = LoadedVersion(
            model="colours", number=1, backend=self.gate, manifest=write_bundle(folder / f"{workers}")
        )
        self.delivered: queue.Queue[tuple[Work, Outcome]] = queue.Queue()
        self.log: list[str] = []
        self.workers = Workers(
            WorkQueue(max_queue_images=100, max_batch_images=8),
            workers=workers,
            max_queue_seconds=3.0,
            deliver=lambda pairs: [self.delivered.put(pair) for pair in pairs] and None,
            log_failure=self.log.append,
            clock=lambda: self.now,
        )

    def submit(self, *images: bytes, deadline: float = 100.0) -> Work:
        work = Work(version=self.version, images=images, queued_at=self.now, deadline=deadline)
        self.workers.submit(work)
        return work

    def answers(self, count: int) -> dict[Work, Outcome]:
        return dict(self.delivered.get(timeout=WAIT_SECONDS) for _ in range(count))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[[int], Bench]]:
    made: list[Bench] = []

    def make(workers: int) -> Bench:
        made.append(Bench(tmp_path, workers=workers))
        return made[-1]

    yield make
    for each in made:
        each.gate.released.release(1000)
        each.workers.close()


def test_an_idle_worker_takes_a_request_at_once_and_busy_ones_let_the_batch_grow(
    bench: Callable[[int], Bench],
) -> None:
    one = bench(1)
    first = one.submit(b"a")
    assert one.gate.next_batch() == [b"a"]
    one.now = 3.0
    second, third = one.submit(b"bb", b"ccc"), one.submit(b"dddd")
    one.now = 5.0
    one.gate.released.release(2)

    assert one.gate.next_batch() == [b"bb", b"ccc", b"dddd"]
    outcomes = one.answers(3)
    assert [float(result[0]) for result in outcomes[second].results] == [2, 3]
    assert [float(result[0]) for result in outcomes[third].results] == [4]
    assert (outcomes[first].batch_images, outcomes[third].batch_images) == (1, 3)
    assert (outcomes[first].queue_seconds, outcomes[second].queue_seconds) == (0.0, 2.0)
    assert (outcomes[third].decode_seconds, outcomes[third].model_seconds) == (0.5, 0.25)


def test_a_second_worker_takes_what_comes_while_the_first_is_busy(bench: Callable[[int], Bench]) -> None:
    two = bench(2)
    two.submit(b"a")
    assert two.gate.next_batch() == [b"a"]
    two.submit(b"b")

    assert two.gate.next_batch() == [b"b"]


def test_a_request_that_breaks_the_model_fails_alone(bench: Callable[[int], Bench]) -> None:
    one = bench(1)
    one.submit(b"first")
    one.gate.next_batch()
    good, bad = one.submit(b"good"), one.submit(b"bad")
    one.gate.released.release(10)

    outcomes = one.answers(3)

    assert outcomes[good].error is None
    assert isinstance(outcomes[bad].error, ModelFailedError)
    assert len(one.log) == 1
    assert "ValueError: bad image" in one.log[0]


def test_a_request_whose_deadline_passed_is_not_run(bench: Callable[[int], Bench]) -> None:
    one = bench(1)
    one.submit(b"first")
    one.gate.next_batch()
    late, good = one.submit(b"late", deadline=1.0), one.submit(b"good")
    one.now = 2.0
    one.gate.released.release(10)

    outcomes = one.answers(3)

    assert isinstance(outcomes[late].error, DeadlineError)
    assert outcomes[good].error is None
    assert one.gate.next_batch() == [b"good"]


def test_closing_finishes_what_is_queued(bench: Callable[[int], Bench]) -> None:
    one = bench(1)
    works = [one.submit(b"a") for _ in range(20)]
    one.gate.released.release(1000)
    one.workers.close()

    assert set(one.answers(20)) == set(works)


def test_what_would_wait_too_long_is_refused_at_once(bench: Callable[[int], Bench]) -> None:
    here = bench(1)
    here.submit(b"a", b"b")
    here.gate.next_batch()
    here.now = 4.0  # two seconds an image
    here.gate.released.release()
    here.answers(1)
    running = here.submit(b"c")
    here.gate.next_batch()

    waiting = here.submit(b"d")
    with pytest.raises(OverloadedError, match=r"would wait for about 4\.0 seconds"):
        here.submit(b"e")

    here.gate.released.release(2)
    assert set(here.answers(2)) == {running, waiting}


def test_what_would_wait_beyond_its_deadline_is_refused_at_once(bench: Callable[[int], Bench]) -> None:
    here = bench(1)
    here.submit(b"a")
    here.gate.next_batch()
    here.now = 2.0
    here.gate.released.release()
    here.answers(1)
    here.submit(b"b")
    here.gate.next_batch()
    here.submit(b"c")

    with pytest.raises(OverloadedError, match="seconds"):
        here.submit(b"d", deadline=3.0)

    here.gate.released.release(2)
    here.answers(2)
