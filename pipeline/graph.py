"""The TFX pipeline, made of what `pipeline.steps` and `pipeline.module.steps` describe: one component for each step."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import tfx  # noqa: F401  before tensorflow_data_validation: on older systems TFX puts in what that one misses
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration.metadata import sqlite_metadata_connection_config
from tfx.orchestration.pipeline import Pipeline

from pipeline.config import PipelineConfig
from pipeline.step import Call, Step


def build_pipeline(
    config: PipelineConfig, described: Iterable[Step], *, artifacts_dir: Path, metadata_file: Path, beam_args: list[str]
) -> Pipeline:
    """Make the pipeline of its steps.

    Args:
        config: Configuration of the run.
        described: The steps, each after those that it depends on.
        artifacts_dir: Folder for the artifacts of all steps.
        metadata_file: SQLite file of ML Metadata.
        beam_args: Options of the Beam pipelines.
    """
    nodes: dict[str, BaseNode] = {}
    for step in described:
        nodes[step.id] = _make(step, nodes)
    return Pipeline(
        pipeline_name=config.pipeline_name,
        pipeline_root=str(artifacts_dir),
        components=list(nodes.values()),
        metadata_connection_config=sqlite_metadata_connection_config(str(metadata_file)),
        beam_pipeline_args=beam_args,
        enable_cache=False,  # TFX's key does not see code; the runner decides by the keys of pipeline.step_key
    )


def _make(step: Step, earlier: Mapping[str, BaseNode]) -> BaseNode:
    node = step.node
    inputs = {name: earlier[output.step].outputs[output.name] for name, output in node.inputs.items()}
    arguments = _with_parameters(node.arguments, step.arguments, node.parameters_as)
    made = _load(node.component)(**inputs, **{name: _value(given) for name, given in arguments.items()})
    for name in node.waits_for:
        made.add_upstream_node(earlier[name])
    return made.with_id(step.id)


def _with_parameters(arguments: Mapping[str, Any], parameters: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return a component's arguments with the step's parameters in their place; see `Node.parameters_as`."""
    if not place:
        return {**arguments, **parameters}
    call = arguments.get(place)
    given = Call(call.function, {**call.arguments, **parameters}) if isinstance(call, Call) else dict(parameters)
    return {**arguments, place: given}


def _value(given: Any) -> Any:
    return _load(given.function)(**given.arguments) if isinstance(given, Call) else given


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
