"""The core that every protocol calls: find the version, queue the images, wait for the probabilities."""

import asyncio
import math
import time
from collections.abc import Callable, Sequence

from serving.backends.base import Image, Probabilities
from serving.batching.queue import WorkQueue
from serving.batching.work import Outcome, Work
from serving.batching.workers import Workers
from serving.errors import (
    DeadlineError,
    InvalidRequestError,
    ModelFailedError,
    RequestError,
    TooLargeError,
    UnavailableError,
)
from serving.images import UnusableImageError, decode_image
from serving.prediction import ModelName, Prediction, PredictorLimits
from serving.versions.registry import LoadedVersion, Registry

_TINY_BYTES = 4096
"""Encoded size of images that decode in about a tenth of a millisecond."""
_HERE_SECONDS = 0.004
"""Longest time that the event loop stands still for the models of requests that arrived together."""


class Predictor:
    """Answers requests from one event loop; the work is done on threads."""

    def __init__(self, registry: Registry, limits: PredictorLimits, *, log_failure: Callable[[str], None]) -> None:
        """Start the workers.

        Args:
            registry: The loaded versions.
            limits: How much to take on.
            log_failure: Takes the traceback when a model raises.
        """
        self.registry, self.limits = registry, limits
        self._waiting: dict[Work, asyncio.Future[Outcome]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._crowd: list[Work] = []
        queue = WorkQueue(max_queue_images=limits.max_queue_images, max_batch_images=limits.max_batch_images)
        self._workers = Workers(
            queue,
            workers=limits.workers,
            max_queue_seconds=limits.max_queue_seconds,
            deliver=self._deliver,
            log_failure=log_failure,
        )

    @property
    def queued_images(self) -> int:
        """Images that wait now."""
        return self._workers.queued_images

    async def classify(
        self, model: ModelName, images: Sequence[Image], *, timeout_seconds: float | None = None
    ) -> Prediction:
        """Classify the images of one request, all with the same version.

        Args:
            model: Which version.
            images: Encoded or decoded.
            timeout_seconds: How long the caller waits, if less than the limit.

        Raises:
            RequestError: Of the kind that says why there is no answer. One unusable image refuses the request.
        """
        self._check(images)
        version = self.registry.acquire(model.name, version=model.version, label=model.label)
        limit = self.limits.timeout_seconds
        seconds = limit if timeout_seconds is None else min(limit, timeout_seconds)
        now = time.monotonic()
        work = Work(version=version, images=images, queued_at=now, deadline=now + seconds)
        outcome = await self._answer_with_crowd(work) or await self._wait(work, seconds)
        if outcome.error is not None:
            raise outcome.error
        return Prediction(
            version=version,
            images=images,
            probabilities_NK=_check_results(outcome),
            outcome=outcome,
            queued_at=now,
        )

    def close(self) -> None:
        """Refuse new requests, finish the queued ones and end the threads."""
        self._is_closed = True
        self._workers.close()

    def _check(self, images: Sequence[Image]) -> None:
        if self._is_closed:
            raise UnavailableError("The server is stopping; ask another one")
        if not images:
            raise InvalidRequestError("The request holds no image")
        if len(images) > self.limits.max_request_images:
            raise TooLargeError(
                f"The request holds {len(images)} images, more than {self.limits.max_request_images}; send fewer"
            )

    async def _answer_with_crowd(self, work: Work) -> Outcome | None:
        """Let all requests that arrived together come this far; the first to go on answers for all who are quick.

        Returns:
            What became of the work; None when it needs the workers.
        """
        crowd = self._crowd
        crowd.append(work)
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            if work.outcome is None:
                crowd.remove(work)
                self.registry.release(work.version)
            raise
        if self._crowd is crowd:
            self._crowd = []
            if self._workers.are_idle:
                self._answer_here(crowd)
        return work.outcome

    def _answer_here(self, crowd: Sequence[Work]) -> None:
        """Answer small images of quick models on this thread, as many as its other work can wait for.

        Waking a worker, and being woken by it, takes as long as such a model; several threads would do little more than
        wait for Python's lock.
        """
        left_seconds = _HERE_SECONDS
        quick: dict[LoadedVersion, list[Work]] = {}
        for work in crowd:
            left_seconds -= work.version.seconds_per_image
            if left_seconds < 0:
                break
            if self._decode_small(work, is_alone=len(crowd) == 1):
                quick.setdefault(work.version, []).append(work)
        for works in quick.values():
            for work, work.outcome in self._workers.run_here(works):
                self.registry.release(work.version)

    def _decode_small(self, work: Work, *, is_alone: bool) -> bool:
        """Decode the one small image of a work for a quick model; returns whether its pixels are there."""
        limit = work.version.quick_pixels
        if len(work.images) > 1 or not limit:
            return False
        (image,) = work.images
        if not isinstance(image, bytes):
            return bool(image.shape[0] * image.shape[1] <= limit)
        if not is_alone and len(image) > _TINY_BYTES:
            return False
        started = time.perf_counter()
        try:
            work.images = (decode_image(image, max_pixels=limit),)
        except UnusableImageError:
            return False  # the workers say why
        work.decode_seconds = time.perf_counter() - started
        return True

    async def _wait(self, work: Work, timeout_seconds: float) -> Outcome:
        loop = self._loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting[work] = future
        try:
            self._workers.submit(work)
        except RequestError:
            del self._waiting[work]
            self.registry.release(work.version)
            raise
        timer = loop.call_later(timeout_seconds, _expire, future)
        try:
            outcome: Outcome = await future
            return outcome
        except asyncio.CancelledError:
            work.deadline = -math.inf  # nobody waits any more
            raise
        finally:
            timer.cancel()
            self._waiting.pop(work, None)

    def _deliver(self, outcomes: Sequence[tuple[Work, Outcome]]) -> None:
        """Take a batch's outcomes on a worker's thread; the version is held until here, also if nobody waits."""
        for work, _ in outcomes:
            self.registry.release(work.version)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._resolve, outcomes)

    def _resolve(self, outcomes: Sequence[tuple[Work, Outcome]]) -> None:
        for work, outcome in outcomes:
            future = self._waiting.get(work)
            if future is not None and not future.done():
                future.set_result(outcome)


def _expire(future: "asyncio.Future[Outcome]") -> None:
    if not future.done():
        future.set_result(Outcome(error=DeadlineError("The model did not answer before the deadline")))


def _check_results(outcome: Outcome) -> list[Probabilities]:
    answers = []
    for position, result in enumerate(outcome.results):
        if isinstance(result, UnusableImageError):
            where = f"image {position}: " if len(outcome.results) > 1 else ""
            raise InvalidRequestError(f"{where}{result}") from result
        if not math.isfinite(sum(result.tolist())):  # NaN and infinity survive a sum; BLAS would take longer.
            raise ModelFailedError("The model answered NaN or infinity, which are no probabilities")
        answers.append(result)
    return answers
