"""The TFX pipeline and the plan's description of it are the same graph."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset import Dataset
from pipeline.settings import load_config
from pipeline.steps import describe_steps

DIGITS = Dataset(path="digits", labels=tuple("0123456789"), images=1797, fingerprint="digits")


def compiled_edges(options: dict[str, Any], folder: Path) -> dict[str, set[str]]:
    from tfx.dsl.compiler.compiler import Compiler

    from pipeline.graph import build_pipeline

    config = load_config(options=options)
    described = describe_steps(config, DIGITS, baseline_checksum="")
    pipeline = build_pipeline(
        config, described, artifacts_dir=folder / "artifacts", metadata_file=folder / "m.sqlite", beam_args=[]
    )
    nodes = [node.pipeline_node for node in Compiler().compile(pipeline).nodes]
    return {node.node_info.id: set(node.upstream_nodes) for node in nodes}


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
def test_nodes_and_edges_are_those_of_the_plan(options: dict[str, Any], tmp_path: Path) -> None:
    described = describe_steps(load_config(options=options), DIGITS, baseline_checksum="")

    assert compiled_edges(options, tmp_path) == {step.id: set(step.after) for step in described}


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
