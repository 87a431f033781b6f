"""Finished requests without a server: a prediction of the flat-colour model, put together by hand."""

from collections.abc import Sequence
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import numpy as np
from tiny_bundles import CLASS_NAMES

from serving.backends.base import Image
from serving.batching.work import Outcome
from serving.image_facts import ImageFacts
from serving.prediction import Prediction
from serving.request_log.entries import LogEntry
from serving.request_records import FinishedRequest

MIDNIGHT = datetime(2026, 1, 2, tzinfo=timezone.utc)


def predict(images: Sequence[Image], *, classes: Sequence[str] = CLASS_NAMES, number: int = 2) -> Prediction:
    """Return a prediction that takes every image for the second class."""
    version: Any = SimpleNamespace(model="colours", number=number, manifest=SimpleNamespace(class_names=classes))
    probabilities_K = np.full(len(classes), 0.5 / (len(classes) - 1), np.float32)
    probabilities_K[1] = 0.5
    outcome = Outcome(queue_seconds=0.1, decode_seconds=0.2, model_seconds=0.3, batch_images=4)
    return Prediction(
        version=version,
        images=images,
        probabilities_NK=[probabilities_K] * len(images),
        outcome=outcome,
        queued_at=100.05,
    )


def finish(prediction: Prediction | None, **other: Any) -> FinishedRequest:
    """Return an answered request, HTTP's unless told otherwise."""
    facts: dict[str, Any] = {
        "request_id": "abc-1",
        "protocol": "plain",
        "method": "POST",
        "path": "/predict/colours",
        "status": 200,
        "body_bytes": 70,
        "started": 100.0,
        "seconds": 0.75,
        "prediction": prediction,
    }
    return FinishedRequest(**facts | other)


def entry(**other: Any) -> LogEntry:
    """Return an entry of the request log; the facts may be among the arguments."""
    facts = {"height": 4, "width": 6, "channels": 3, "format": "PNG", "size_bytes": 70, "brightness": 0.25}
    values: dict[str, Any] = {
        "time": MIDNIGHT,
        "model": "colours",
        "version": 2,
        "class_index": 1,
        "label": "green",
        "score": 0.5,
        "probabilities": (0.25, 0.5, 0.25),
    }
    facts |= {name: other.pop(name) for name in list(other) if name in facts}
    return LogEntry(facts=ImageFacts(**facts), **values | other)  # type: ignore[arg-type]
