"""What goes into the predictor and what comes out.

Shape letters: N images, K classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from serving.backends.base import Image, Probabilities
from serving.batching.work import Outcome
from serving.versions.registry import LoadedVersion


@dataclass(kw_only=True, slots=True)
class ModelName:
    """Which model a request means; without version and label its newest version."""

    name: str
    version: int | None = None
    label: str | None = None


@dataclass(kw_only=True, slots=True)
class Prediction:
    """The answer to a request.

    Attributes:
        version: The version that answered; its manifest has the class names.
        images: What was classified, N.
        probabilities_NK: For each image float32 [K].
        outcome: How long the parts took.
        queued_at: When the images came to the queue; seconds of `time.monotonic`.
    """

    version: LoadedVersion
    images: Sequence[Image]
    probabilities_NK: Sequence[Probabilities]
    outcome: Outcome
    queued_at: float

    def label_of(self, image: int) -> tuple[str, float]:
        """Return the most probable class of an image, and its probability."""
        probabilities_K = self.probabilities_NK[image]
        best = int(probabilities_K.argmax())
        return self.version.manifest.class_names[best], float(probabilities_K[best])


@dataclass(frozen=True, kw_only=True)
class PredictorLimits:
    """How much the predictor takes on.

    Attributes:
        workers: Threads that decode and run models.
        max_batch_images: Images that a model sees at once.
        max_queue_images: Images that may wait.
        max_queue_seconds: Longest time that a request may expect to wait; it is refused at once otherwise.
        max_request_images: Images in one request.
        timeout_seconds: Longest time from a request's arrival in the queue to its answer.
    """

    workers: int
    max_batch_images: int
    max_queue_images: int
    max_queue_seconds: float
    max_request_images: int
    timeout_seconds: float
