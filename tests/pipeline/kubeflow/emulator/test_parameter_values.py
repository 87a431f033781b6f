from typing import Any

import pytest

from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.parameter_values import as_text, fit


@pytest.mark.parametrize(
    ("value", "text"), [("a b", "a b"), (2.0, "2"), (0.25, "0.25"), (True, "true"), ([1, "x"], '[1, "x"]')]
)
def test_values_read_as_kfp_writes_them(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_a_text_parameter_accepts_anything() -> None:
    assert fit("n", 3.0, "STRING") == "3"


@pytest.mark.parametrize(
    ("value", "declared"), [("1", "NUMBER_INTEGER"), (1.5, "NUMBER_INTEGER"), (True, "NUMBER_DOUBLE"), (1, "BOOLEAN")]
)
def test_a_value_of_another_kind_is_refused(value: Any, declared: str) -> None:
    with pytest.raises(TaskError, match=f"parameter n is declared {declared}"):
        fit("n", value, declared)
