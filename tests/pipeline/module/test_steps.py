import json
from pathlib import Path
from typing import Any

import pytest
from compiled_pipeline import assert_agree, compile_steps

from pipeline.dataset import Dataset
from pipeline.module.dataset import inspect_records
from pipeline.module.steps import STEP_IDS, describe_module_steps
from pipeline.settings import load_config
from pipeline.step_key import step_keys

_PENGUINS = {"source": "tfx.examples.penguin.penguin_utils_keras", "label_key": "species"}


@pytest.fixture
def records(tmp_path: Path) -> Dataset:
    path = tmp_path / "penguins.csv"
    path.write_text("species\n1\n")
    return inspect_records(str(path), None)


def _keys(records: Dataset, **options: Any) -> dict[str, str]:
    module = {**_PENGUINS, **options.pop("module", {})}
    return step_keys(describe_module_steps(load_config(options={"module": module, **options}), records))


@pytest.mark.parametrize(
    ("options", "reached"),
    [
        ({"module": {"train_steps": 7}}, ("ModuleTrainer", "ModuleEvaluator", "ModulePusher")),
        ({"module": {"label_key": "species_xf"}}, ("ModuleEvaluator", "ModulePusher")),
        ({"evaluation": {"min_accuracy": 0.5}}, ("ModuleEvaluator", "ModulePusher")),
        ({"data": {"test_fraction": 0.3}}, STEP_IDS),
    ],
)
def test_a_setting_reaches_the_steps_that_depend_on_it(
    records: Dataset, options: dict[str, Any], reached: tuple[str, ...]
) -> None:
    before, after = _keys(records), _keys(records, **options)
    assert tuple(before) == STEP_IDS
    assert tuple(step_id for step_id in STEP_IDS if before[step_id] != after[step_id]) == reached


@pytest.mark.slow
def test_compiled_nodes_agree_with_their_steps(records: Dataset, tmp_path: Path) -> None:
    config = load_config(options={"module": _PENGUINS})
    steps = describe_module_steps(config, records)

    compiled = compile_steps(config, steps, tmp_path)

    assert tuple(compiled) == STEP_IDS
    for step in steps[1:]:
        assert_agree(step, compiled[step.id])
    assert json.loads(compiled[STEP_IDS[0]].parameters["output_config"])["split_config"]["splits"] == [
        {"name": "train", "hash_buckets": 700},
        {"name": "eval", "hash_buckets": 150},
        {"name": "test", "hash_buckets": 150},
    ]
