"""Values that do not depend on the input: weights, buffers, and what torch computes from them."""

import operator
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from trainers.export.torch_to_tf.call import bind
from trainers.export.torch_to_tf.creation_ops import fill_value
from trainers.export.torch_to_tf.program import Program


@dataclass(frozen=True, eq=False, slots=True)
class Constant:
    """A tensor that is the same for every input, with the name its variable gets."""

    tensor: torch.Tensor
    name: str
    """The parameter's or buffer's attribute path, or the graph node's name for a computed one."""

    trainable: bool
    """Whether it is a floating-point parameter or computed from one."""

    origin: Hashable
    """Where it comes from. Constants of one origin are equal; names may coincide, as when two layers share a weight."""


def fold_constants(program: Program, wanted: frozenset[fx.Node]) -> Mapping[fx.Node, Any]:
    """Run every wanted node that does not depend on the input, by torch itself.

    Args:
        program: The exported model.
        wanted: Nodes that do not depend on the input and whose results are needed.

    Returns:
        A `Constant` for each node that gives a tensor, what torch returned for the others.
    """
    results: dict[fx.Node, Any] = {}
    trainable: set[fx.Node] = set()
    with torch.no_grad():
        for node in program.graph.nodes:
            if node not in wanted:
                continue
            results[node] = program.state(node) if node.op == "placeholder" else _run(node, results)
            if node.name in program.parameter_names or not trainable.isdisjoint(node.all_input_nodes):
                trainable.add(node)
    return {node: _wrap(program, node, result, node in trainable) for node, result in results.items()}


def _run(node: fx.Node, results: Mapping[fx.Node, Any]) -> Any:
    if node.target is operator.getitem:
        source, index = node.args
        return results[source][index]
    call = bind(node)
    fill = fill_value(call)
    if fill is not None:
        result = node.meta["val"]
        return torch.full(tuple(result.shape), fill, dtype=result.dtype)
    arguments, keywords = fx.node.map_arg((node.args, node.kwargs), results.__getitem__)
    return node.target(*arguments, **keywords)


def _wrap(program: Program, node: fx.Node, result: Any, from_parameter: bool) -> Any:
    if not isinstance(result, torch.Tensor):
        return result
    name = program.state_names.get(node.name, node.name)
    return Constant(result.detach(), name, from_parameter and result.is_floating_point(), node)
