"""The rows of the output: their columns, and how an answer becomes one."""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa

from pipeline.bulk_inference.records import PredictionRecord
from pipeline.bulk_inference.request import Model

NAMESPACE = "bulk_inference"
ROWS, ERRORS = "rows", "errors"
"""Names of the counters."""


def row_schema(*, with_all_probabilities: bool) -> pa.Schema:
    """Return the columns of a row; `error` is null exactly where `label` and `probability` are not."""
    columns = [
        pa.field("id", pa.string(), nullable=False),
        pa.field("label", pa.string()),
        pa.field("probability", pa.float32()),
        pa.field("error", pa.string()),
        pa.field("model_version", pa.string(), nullable=False),
    ]
    if with_all_probabilities:
        columns.append(pa.field("probabilities", pa.list_(pa.float32())))
    return pa.schema(columns)


class ToRowFn(beam.DoFn):
    """Turn answers into rows, dictionaries with the columns of `row_schema`, and count them."""

    def __init__(self, model: Model, *, with_all_probabilities: bool) -> None:
        """Take the names of the classes and the version from a model."""
        self._class_names = model.class_names
        self._version = model.version
        self._with_all = with_all_probabilities
        self._rows = beam.metrics.Metrics.counter(NAMESPACE, ROWS)
        self._errors = beam.metrics.Metrics.counter(NAMESPACE, ERRORS)

    def process(self, answer: PredictionRecord) -> Iterator[Any]:
        """Yield one row."""
        self._rows.inc()
        row: dict[str, Any] = {"id": answer.id, "label": None, "probability": None, "error": answer.error}
        probabilities_K = answer.probabilities_K
        if probabilities_K is None:
            self._errors.inc()
        else:
            best = int(probabilities_K.argmax())
            row |= {"label": self._class_names[best], "probability": float(probabilities_K[best])}
        if self._with_all:
            row["probabilities"] = None if probabilities_K is None else probabilities_K.tolist()
        yield row | {"model_version": self._version}
