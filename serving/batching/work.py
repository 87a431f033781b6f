"""One request on its way to the model."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from serving.backends.base import Image, Probabilities
from serving.errors import RequestError
from serving.images import UnusableImageError
from serving.versions.registry import LoadedVersion


@dataclass(kw_only=True, slots=True)
class Outcome:
    """What became of a work."""

    results: Sequence[Probabilities | UnusableImageError] = ()
    """One for each image; empty when there is an error."""
    error: RequestError | None = None
    queue_seconds: float = 0.0
    decode_seconds: float = 0.0
    """Of the whole batch."""
    model_seconds: float = 0.0
    """Of the whole batch."""
    batch_images: int = field(default=0)
    """Images in the batch."""


@dataclass(eq=False, kw_only=True, slots=True)
class Work:
    """Images of one request, all for one version. Times are seconds of one monotonic clock."""

    version: LoadedVersion
    images: Sequence[Image]
    queued_at: float
    deadline: float
    """After this nobody waits for the answer any more."""
    decode_seconds: float = 0.0
    """Spent on decoding the images before they were queued; not a part of the time in the queue."""
    outcome: Outcome | None = None
    """What became of it, when it never came to the queue."""
