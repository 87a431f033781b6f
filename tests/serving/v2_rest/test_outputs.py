from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from serving.v2_rest.outputs import OUTPUTS, output_values


@dataclass
class TwoImages:
    """As much of a prediction as is read."""

    version: Any
    probabilities_NK: Any


@pytest.mark.parametrize(
    ("name", "values"),
    [("probabilities", [[0.25, 0.75], [1.0, 0.0]]), ("score", [0.75, 1.0]), ("label", ["cat", "ant"])],
)
def test_every_output_has_its_values(name: str, values: list[object]) -> None:
    version = SimpleNamespace(manifest=SimpleNamespace(class_names=("ant", "cat")))
    prediction: Any = TwoImages(version, [np.array([0.25, 0.75], np.float32), np.array([1, 0], np.float32)])

    assert output_values(prediction, name).tolist() == values


def test_the_outputs_are_those_with_values() -> None:
    assert OUTPUTS == {"probabilities": "FP32", "label": "BYTES", "score": "FP32"}
