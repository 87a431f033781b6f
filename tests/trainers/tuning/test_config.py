from typing import Any

import pytest
from pydantic import ValidationError

from trainers.tuning.config import TuneConfig, ValueRange


def test_choices_and_ranges_are_told_apart_and_a_leading_train_is_dropped() -> None:
    space = {"train.batch_size_examples": [32, 64], "optimization.label_smoothing": {"low": 0, "high": 0.2}}
    tune = TuneConfig.model_validate({"space": space})
    assert tune.space == {
        "batch_size_examples": (32, 64),
        "optimization.label_smoothing": ValueRange(low=0, high=0.2),
    }
    assert TuneConfig.model_validate(tune.model_dump(mode="json")) == tune


@pytest.mark.parametrize(
    ("space", "sentence"),
    [
        ({}, "it is empty; name a setting to search"),
        ({"learnin_rate": [1, 2]}, "'learnin_rate' is no setting of train. Did you mean 'learning_rate'"),
        ({"optimization": [1, 2]}, "'optimization' is no setting of train."),
        ({"epochs": [1, 2]}, "'epochs' cannot be searched: tune.epochs says how long a trial trains"),
        ({"model": ["cnn", "resnet"]}, "'model' cannot be searched: run the pipeline once for each model"),
        ({"learning_rate": [0.1]}, "at least 2 items"),
        ({"learning_rate": {"low": 2, "high": 1}}, "low must be below high: 2 is not below 1"),
        ({"learning_rate": {"low": 0, "high": 1, "log": True}}, "low must be above 0 with log"),
        ({"learning_rate": {"low": 1, "high": 2, "log": True, "step": 1}}, "step and log exclude each other"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(space: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TuneConfig.model_validate({"space": space})
    assert sentence in str(caught.value)
