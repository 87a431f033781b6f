import json
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.kubeflow.merge import Merge, apply_merges, merges_from_json, merges_to_json

EPOCHS = Merge(input="run_epochs", parameter="custom_config", path=("train", "epochs"))


def test_a_run_parameter_goes_into_its_place_and_is_gone_as_an_input() -> None:
    parameters: dict[str, Any] = {"custom_config": json.dumps({"train": {"epochs": 8, "seed": 1}}), "run_epochs": 2.0}

    apply_merges(parameters, [EPOCHS])

    assert json.loads(parameters.pop("custom_config")) == {"train": {"epochs": 2, "seed": 1}}
    assert parameters == {}


def test_merges_survive_the_command_line() -> None:
    merge = Merge(input="run_min_accuracy", parameter="eval_config", path=("metrics", 0, "bound"))

    assert merges_from_json(merges_to_json([EPOCHS, merge])) == (EPOCHS, merge)


def test_a_value_that_does_not_fit_names_the_run_parameter() -> None:
    parameters: dict[str, Any] = {"custom_config": json.dumps({"train": {"epochs": 8}}), "run_epochs": 1.5}

    with pytest.raises(UsageError, match=r"run parameter epochs: 1\.5 must be a whole number"):
        apply_merges(parameters, [EPOCHS])
