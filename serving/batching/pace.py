"""How fast the workers get on, and so how long a request would wait."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from serving.versions.registry import LoadedVersion

_WEIGHT_OF_NEWEST = 0.2
"""Of the newest batch in the average: about five batches decide, so that a change of load shows in a moment."""


class Pace:
    """The time that images of each version take, averaged over the latest batches. It has no lock of its own."""

    def __init__(self, *, workers: int) -> None:
        """Know nothing yet; workers take batches side by side."""
        self._workers = workers
        self._seconds_per_image: WeakKeyDictionary[LoadedVersion, float] = WeakKeyDictionary()

    def note(self, version: LoadedVersion, *, images: int, seconds: float) -> None:
        """Remember that a worker took this long for a batch."""
        newest = seconds / images
        known = self._seconds_per_image.get(version, newest)
        self._seconds_per_image[version] = known + _WEIGHT_OF_NEWEST * (newest - known)

    def expected_wait_seconds(self, images: Mapping[LoadedVersion, int]) -> float:
        """Return how long the workers need for the images that wait; 0 for versions that have never run."""
        return sum(self._seconds_per_image.get(each, 0.0) * count for each, count in images.items()) / self._workers
