"""One image of a sampled request, as a line of JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import TypeAdapter, ValidationError

from serving.broken_rules import name_broken_rules
from serving.image_facts import ImageFacts, encoded_facts, pixel_facts
from serving.prediction import Prediction

_MAX_CLASSES = 100
"""With more classes than this their probabilities would be most of the log."""
_DIGITS = 6
"""Decimal places of probabilities; float32 has not many more."""


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """Facts of an image and what was predicted for it. There is no request id: it would lead to who asked.

    Attributes:
        time: When the answer was ready, to the second.
        model: Name of the model.
        version: Its version.
        facts: Facts of the image.
        class_index: Position of the most probable class among the model's classes.
        label: Name of that class.
        score: Its probability.
        probabilities: Of all classes in the model's order; None for models with more than a hundred.
    """

    time: datetime
    model: str
    version: int
    facts: ImageFacts
    class_index: int
    label: str
    score: float
    probabilities: tuple[float, ...] | None


_ENTRIES = TypeAdapter(LogEntry)


def to_entries(prediction: Prediction, *, time: datetime, max_pixels: int) -> Iterator[LogEntry]:
    """Yield an entry for each image of a prediction.

    Args:
        prediction: What was answered, with its images.
        time: When, UTC.
        max_pixels: Largest height x width that is decoded.

    Raises:
        UnusableImageError: An image is not usable after all.
    """
    version = prediction.version
    for position, image in enumerate(prediction.images):
        facts = encoded_facts(image, max_pixels=max_pixels) if isinstance(image, bytes) else pixel_facts(image)
        probabilities_K = prediction.probabilities_NK[position]
        label, score = prediction.label_of(position)
        yield LogEntry(
            time=time.replace(microsecond=0),
            model=version.model,
            version=version.number,
            facts=facts,
            class_index=int(probabilities_K.argmax()),
            label=label,
            score=round(score, _DIGITS),
            probabilities=_to_tuple(probabilities_K.tolist()),
        )


def _to_tuple(probabilities: list[float]) -> tuple[float, ...] | None:
    if len(probabilities) > _MAX_CLASSES:
        return None
    return tuple(round(probability, _DIGITS) for probability in probabilities)


def to_line(entry: LogEntry) -> bytes:
    """Return an entry as JSON that ends with a newline."""
    return orjson.dumps(entry, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def from_line(line: bytes) -> LogEntry:
    """Return the entry that a line holds.

    Raises:
        ValueError: It is no entry.
    """
    try:
        return _ENTRIES.validate_json(line)
    except ValidationError as error:
        raise ValueError("; ".join(name_broken_rules(error, whole="line"))) from None
