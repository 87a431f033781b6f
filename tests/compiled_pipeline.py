"""The TFX pipeline of some steps as TFX's compiler sees it, in the words in which the steps describe it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.config import PipelineConfig
from pipeline.step import Call, Output, Step

_SWITCHES = {"materialize": "transformed_examples", "disable_analyzer_cache": "updated_analyzer_cache"}
"""Arguments of Transform that are no execution parameters, and the output that they decide on."""


@dataclass(frozen=True)
class CompiledNode:
    """One node: its inputs, the nodes before it, its execution parameters, and the names of its outputs."""

    inputs: dict[str, list[Output]]
    upstream: set[str]
    parameters: dict[str, Any]
    outputs: set[str]


def compile_steps(config: PipelineConfig, steps: Iterable[Step], folder: Path) -> dict[str, CompiledNode]:
    """Return node id to node."""
    from tfx.dsl.compiler.compiler import Compiler

    from pipeline.graph import build_pipeline

    pipeline = build_pipeline(
        config, steps, artifacts_dir=folder / "artifacts", metadata_file=folder / "m.sqlite", beam_args=[]
    )
    nodes = [node.pipeline_node for node in Compiler().compile(pipeline).nodes]
    return {node.node_info.id: _read(node) for node in nodes}


def _read(node: Any) -> CompiledNode:
    values = {name: value.field_value for name, value in node.parameters.parameters.items()}
    return CompiledNode(
        inputs={
            name: [Output(channel.producer_node_query.id, channel.output_key) for channel in given.channels]
            for name, given in node.inputs.inputs.items()
        },
        upstream=set(node.upstream_nodes),
        parameters={name: getattr(value, value.WhichOneof("value")) for name, value in values.items()},
        outputs=set(node.outputs.outputs),
    )


def assert_agree(step: Step, node: CompiledNode) -> None:
    """Check that a compiled node is what its step describes: inputs, order, arguments and parameters."""
    assert node.inputs == {name: [output] for name, output in step.node.inputs.items()}
    assert node.upstream == set(step.after)
    place = step.node.parameters_as
    if not place:
        assert step.arguments.items() <= node.parameters.items()
    elif place not in step.node.arguments:
        assert json.loads(node.parameters[place]) == step.arguments
    for name, value in step.node.arguments.items():
        if isinstance(value, Call):
            _assert_made(node, name, value, step.arguments if name == place else {})
        elif name in _SWITCHES:
            assert _SWITCHES[name] not in node.outputs
        else:
            found = node.parameters[name]
            assert (json.loads(found) if isinstance(value, list) else found) == value


def _assert_made(node: CompiledNode, name: str, call: Call, parameters: dict[str, Any]) -> None:
    from google.protobuf.json_format import MessageToDict
    from google.protobuf.message import Message

    module, _, attribute = call.function.partition(":")
    made = getattr(import_module(module), attribute)(**call.arguments, **parameters)
    if isinstance(made, Message):
        assert json.loads(node.parameters[name]) == MessageToDict(made, preserving_proto_field_name=True)
    else:
        assert json.loads(node.parameters[f"{name}_json"]) == json.loads(made.to_json())
