"""The TFX pipeline is what the steps describe, node by node."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from compiled_pipeline import assert_agree, compile_steps

from pipeline.dataset import Dataset
from pipeline.fitting_steps import TRAIN_ARGS
from pipeline.settings import load_config
from pipeline.step import Call
from pipeline.steps import describe_steps

DIGITS = Dataset(path="digits", labels=tuple("0123456789"), images=1797, fingerprint="digits")


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"frameworks": ("pytorch",)},
        {"tune": {"enabled": True}},
        {"frameworks": ("keras",), "data": {"schema_file": Path("schema.pbtxt")}},
    ],
)
def test_compiled_nodes_agree_with_their_steps(options: dict[str, Any], tmp_path: Path) -> None:
    config = load_config(options=options)
    described = describe_steps(config, DIGITS, baseline_checksum="")

    compiled = compile_steps(config, described, tmp_path)

    assert set(compiled) == {step.id for step in described}
    for step in described:
        assert_agree(step, compiled[step.id])


@pytest.mark.slow
def test_edited_splits_reach_tfx(tmp_path: Path) -> None:
    config = load_config()
    edits = {
        "Trainer_keras": ("train_args", Call(TRAIN_ARGS, {"splits": ["train", "eval"]})),
        "Evaluator_pytorch": ("example_splits", ["eval"]),
    }
    edited = []
    for step in describe_steps(config, DIGITS, baseline_checksum=""):
        change = dict([edits[step.id]]) if step.id in edits else {}
        edited.append(replace(step, node=replace(step.node, arguments={**step.node.arguments, **change})))

    compiled = compile_steps(config, edited, tmp_path)

    assert '"eval"' in compiled["Trainer_keras"].parameters["train_args"]
    assert '"eval"' not in compiled["Trainer_pytorch"].parameters["train_args"]
    assert compiled["Evaluator_pytorch"].parameters["example_splits"] == '["eval"]'
    assert compiled["Evaluator_keras"].parameters["example_splits"] == '["test"]'


@pytest.mark.slow
def test_it_is_a_genuine_tfx_pipeline(tmp_path: Path) -> None:
    import tfx.v1 as tfx

    from pipeline.graph import build_pipeline

    config = load_config()
    pipeline = build_pipeline(
        config,
        describe_steps(config, DIGITS, baseline_checksum=""),
        artifacts_dir=tmp_path,
        metadata_file=tmp_path / "m.sqlite",
        beam_args=[],
    )
    by_id = {component.id: component for component in pipeline.components}

    assert isinstance(pipeline, tfx.dsl.Pipeline)
    assert isinstance(by_id["StatisticsGen"], tfx.components.StatisticsGen)
    assert isinstance(by_id["Transform"], tfx.components.Transform)
    assert isinstance(by_id["Trainer_pytorch"], tfx.components.Trainer)
    assert isinstance(by_id["Evaluator_keras"], tfx.components.Evaluator)
