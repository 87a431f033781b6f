"""Sort a graph's nodes: computed from the image, the same for every image, or not needed."""

from dataclasses import dataclass

import sympy
import torch
from torch import fx

from trainers.export.torch_to_tf.call import Call, bind
from trainers.export.torch_to_tf.creation_ops import fill_value
from trainers.export.torch_to_tf.program import Program
from trainers.export.torch_to_tf.symbolic import is_symbolic, static_shape

_CHECKS_ONLY = (torch.ops.aten._assert_tensor_metadata.default, torch.ops.aten._assert_scalar.default)
"""The first stands before every dtype cast and holds by construction. The second is about numbers that come from the
values of a tensor; what uses such a number is refused."""
_JOINS = torch.ops.aten.cat.default


@dataclass(frozen=True)
class Dataflow:
    """What has to be emitted and what has to be computed beforehand."""

    live: tuple[fx.Node, ...]
    """Calls that depend on the input and that the output needs, in order."""

    constants: frozenset[fx.Node]
    """Needed nodes that are the same for every input."""

    size_symbols: frozenset[sympy.Symbol] = frozenset()
    """What stands for height and width in extents, where they are free."""

    def call(self, node: fx.Node) -> Call:
        """Return one of the calls with its arguments by name."""
        return bind(node, self.constants, self.size_symbols)


def analyse(program: Program) -> Dataflow:
    """Trace what the output needs and what depends on the input.

    Numbers such as the batch size (its `sym_size` and arithmetic on it) are in neither set: shapes carry them.
    """
    dependent = _dependent_nodes(program)
    needed = _needed_nodes(program)
    return Dataflow(
        live=tuple(node for node in program.graph.nodes if node in needed and node in dependent and _is_call(node)),
        constants=frozenset(node for node in needed if node not in dependent),
        size_symbols=frozenset(program.size_symbols),
    )


def _dependent_nodes(program: Program) -> set[fx.Node]:
    dependent = {program.input_node}
    for node in program.graph.nodes:
        inputs = node.all_input_nodes
        if node.op == "call_function" and any(source in dependent or _is_number(source) for source in inputs):
            if not _is_fixed_fill(node):
                dependent.add(node)
    return dependent


def _needed_nodes(program: Program) -> set[fx.Node]:
    checks = [node for node in program.graph.nodes if _is_call(node) and _has_effect(node)]
    needed: set[fx.Node] = set()
    waiting = [program.output_node, *checks]
    while waiting:
        node = waiting.pop()
        if node in needed or _is_number(node):
            continue
        needed.add(node)
        if not _is_fixed_fill(node):
            waiting.extend(source for source in node.all_input_nodes if not _adds_nothing(source, node))
    return needed


def _adds_nothing(source: fx.Node, node: fx.Node) -> bool:
    """Tell whether a source is an empty part of what a node joins, such as the class tokens of a model without any."""
    value = source.meta.get("val")
    return node.target is _JOINS and isinstance(value, torch.Tensor) and 0 in static_shape(value.shape)


def _is_call(node: fx.Node) -> bool:
    return bool(node.op == "call_function")


def _is_number(node: fx.Node) -> bool:
    return is_symbolic(node.meta.get("val"))


def _has_effect(node: fx.Node) -> bool:
    return bool(node.is_impure() and node.target not in _CHECKS_ONLY)


def _is_fixed_fill(node: fx.Node) -> bool:
    is_aten = _is_call(node) and isinstance(node.target, torch._ops.OpOverload)
    return bool(is_aten and not _is_number(node) and fill_value(bind(node)) is not None)
