from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.bulk_inference.records import PredictionRecord
from pipeline.bulk_inference.request import Model
from pipeline.bulk_inference.rows import ToRowFn, row_schema

MODEL = Model(folder=Path("models/colours/3"), version="3", class_names=("red", "green"))
ANSWER = PredictionRecord(id="a.png", probabilities_K=np.array([0.25, 0.75], np.float32))
FAILURE = PredictionRecord(id="b.png", error="broken")


@pytest.mark.parametrize("with_all", [False, True])
def test_rows_fit_the_schema(with_all: bool) -> None:
    to_row = ToRowFn(MODEL, with_all_probabilities=with_all)
    rows = [*to_row.process(ANSWER), *to_row.process(FAILURE)]

    table = pa.Table.from_pylist(rows, row_schema(with_all_probabilities=with_all))

    table.validate(full=True)
    assert set(rows[0]) == set(table.column_names)


def test_an_answer_names_the_best_class() -> None:
    (row,) = ToRowFn(MODEL, with_all_probabilities=True).process(ANSWER)

    assert row == {
        "id": "a.png",
        "label": "green",
        "probability": 0.75,
        "error": None,
        "probabilities": [0.25, 0.75],
        "model_version": "3",
    }


def test_a_failure_has_an_error_and_no_answer() -> None:
    (row,) = ToRowFn(MODEL, with_all_probabilities=False).process(FAILURE)

    assert row == {"id": "b.png", "label": None, "probability": None, "error": "broken", "model_version": "3"}
