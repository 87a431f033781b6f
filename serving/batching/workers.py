"""Threads that take what waits and run it at once."""

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence

from serving.batching.pace import Pace
from serving.batching.queue import Batch, WorkQueue
from serving.batching.work import Outcome, Work
from serving.errors import DeadlineError, ModelFailedError, OverloadedError, RequestError
from serving.versions.registry import LoadedVersion

Deliver = Callable[[Sequence[tuple[Work, Outcome]]], None]
"""Takes what became of a batch's works; called on a worker's thread."""


class Workers:
    """Runs queued works. An idle worker takes a work the moment it comes; batches grow while all are busy."""

    def __init__(
        self,
        queue: WorkQueue,
        *,
        workers: int,
        max_queue_seconds: float,
        deliver: Deliver,
        log_failure: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the threads.

        Args:
            queue: Where works wait; from now on it belongs to this object.
            workers: Number of threads.
            max_queue_seconds: Longest time that a work may expect to wait.
            deliver: Gets every work back, each exactly once.
            log_failure: Takes the traceback when a model raises.
            clock: Seconds; works carry times of the same clock.
        """
        self._queue, self._deliver, self._log_failure, self._clock = queue, deliver, log_failure, clock
        self._max_queue_seconds, self._pace = max_queue_seconds, Pace(workers=workers)
        self._changed = threading.Condition()
        self._is_closed = False
        self._busy = 0
        self._running: Counter[LoadedVersion] = Counter()
        self._threads = [
            threading.Thread(target=self._run, name=f"worker-{number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def queued_images(self) -> int:
        """Images that wait now."""
        return self._queue.images

    @property
    def are_idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        return not self._busy and not self._queue.images

    def run_here(self, works: Sequence[Work]) -> list[tuple[Work, Outcome]]:
        """Run works of one version on the calling thread, at once."""
        pairs = self._classify(works)
        for _, outcome in pairs:
            outcome.queue_seconds = 0.0
        return pairs

    def submit(self, work: Work) -> None:
        """Queue a work.

        Raises:
            OverloadedError: The queue is full, or the work would wait too long or beyond its deadline.
        """
        with self._changed:
            self._check_wait(work)
            self._queue.put(work)
            self._changed.notify()

    def _check_wait(self, work: Work) -> None:
        """Refuse at once what would be answered too late; to queue it would only keep others waiting."""
        seconds = self._pace.expected_wait_seconds(self._queue.images_by_version + self._running)
        if seconds > min(self._max_queue_seconds, work.deadline - self._clock()) and self._queue.images:
            raise OverloadedError(f"The request would wait for about {seconds:.1f} seconds; try again in a moment")

    def close(self) -> None:
        """Finish what is queued, then end the threads. Nothing may be submitted any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while batch := self._wait_for_batch():
            if batch.expired:
                late = Outcome(error=DeadlineError("The deadline passed while the request waited in the queue"))
                self._deliver([(work, late) for work in batch.expired])
            started = self._clock()
            if batch.works:
                self._deliver(self._classify(batch.works))
            with self._changed:
                self._note_end(batch.works, self._clock() - started)

    def _note_start(self, works: Sequence[Work]) -> None:
        self._busy += 1
        for work in works:
            self._running[work.version] += len(work.images)

    def _note_end(self, works: Sequence[Work], seconds: float) -> None:
        self._busy -= 1
        images = sum(len(work.images) for work in works)
        if images:
            version = works[0].version
            self._running[version] -= images
            self._running = +self._running  # without zeros, which would keep unloaded versions in memory
            self._pace.note(version, images=images, seconds=seconds)

    def _wait_for_batch(self) -> Batch | None:
        """Return what waits, or None when the workers are closed and nothing is left."""
        with self._changed:
            while True:
                batch = self._queue.take(self._clock())
                if batch.works or batch.expired:
                    self._note_start(batch.works)
                    return batch
                if self._is_closed:
                    return None
                self._changed.wait()

    def _classify(self, works: Sequence[Work]) -> list[tuple[Work, Outcome]]:
        started = self._clock()
        images = works[0].images if len(works) == 1 else [image for work in works for image in work.images]
        try:
            answers = works[0].version.backend.classify(images)
        except Exception:  # Whatever a model raises, the other requests and this thread live on.
            return self._classify_apart(works)
        outcomes, start = [], 0
        for work in works:
            end = start + len(work.images)
            outcome = Outcome(
                results=answers.results[start:end],
                error=None,
                queue_seconds=max(0.0, started - work.queued_at - work.decode_seconds),
                decode_seconds=work.decode_seconds + answers.decode_seconds,
                model_seconds=answers.model_seconds,
                batch_images=len(images),
            )
            outcomes.append((work, outcome))
            start = end
        return outcomes

    def _classify_apart(self, works: Sequence[Work]) -> list[tuple[Work, Outcome]]:
        """Run each work on its own after a batch has failed, so that only the guilty one fails."""
        if len(works) > 1:
            return [pair for work in works for pair in self._classify([work])]
        self._log_failure(traceback.format_exc())
        error: RequestError = ModelFailedError("The model failed on this request; the server's log has the reason")
        return [(works[0], Outcome(error=error))]
