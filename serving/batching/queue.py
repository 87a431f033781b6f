"""The order in which waiting requests are taken: oldest first, together with others for the same version."""

from collections import Counter, deque
from dataclasses import dataclass

from serving.batching.work import Work
from serving.errors import OverloadedError
from serving.versions.registry import LoadedVersion


@dataclass(frozen=True)
class Batch:
    """What a worker takes at once.

    Attributes:
        works: To be run together; all for one version.
        expired: Too late; not to be run at all.
    """

    works: list[Work]
    expired: list[Work]


class WorkQueue:
    """A bounded queue. It has no lock: whoever shares it between threads brings one."""

    def __init__(self, *, max_queue_images: int, max_batch_images: int) -> None:
        """Start empty.

        Args:
            max_queue_images: Images that may wait.
            max_batch_images: Images that are taken at once. A request with more is taken whole, on its own.
        """
        self._max_queue_images, self._max_batch_images = max_queue_images, max_batch_images
        self._works: dict[LoadedVersion, deque[Work]] = {}
        self.images = 0
        """Images that wait now."""
        self.images_by_version: Counter[LoadedVersion] = Counter()
        """The same for each version that some wait for."""

    def put(self, work: Work) -> None:
        """Add a work.

        Raises:
            OverloadedError: It does not fit.
        """
        if self.images + len(work.images) > self._max_queue_images:
            raise OverloadedError(
                f"The queue holds {self.images} images of at most {self._max_queue_images}; try again in a moment"
            )
        self._works.setdefault(work.version, deque()).append(work)
        self.images += len(work.images)
        self.images_by_version[work.version] += len(work.images)

    def take(self, now: float) -> Batch:
        """Remove the oldest work and what fits beside it; both lists are empty when nothing waits."""
        batch = Batch([], [])
        while self._works and not batch.works:
            oldest = min(self._works, key=lambda version: self._works[version][0].queued_at)
            self._take_from(self._works[oldest], batch, now)
            if not self._works[oldest]:
                del self._works[oldest], self.images_by_version[oldest]
        return batch

    def _take_from(self, works: "deque[Work]", batch: Batch, now: float) -> None:
        room = self._max_batch_images
        while works and (works[0].deadline <= now or len(works[0].images) <= room or not batch.works):
            work = works.popleft()
            self.images -= len(work.images)
            self.images_by_version[work.version] -= len(work.images)
            if work.deadline <= now:
                batch.expired.append(work)
            else:
                batch.works.append(work)
                room -= len(work.images)
