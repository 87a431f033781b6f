"""List everything in a program that has no exact mapping, before anything is converted."""

import operator
from collections.abc import Iterator, Mapping

import torch
from torch import fx

from trainers.export.torch_to_tf.call import Call, bind
from trainers.export.torch_to_tf.dataflow import Dataflow
from trainers.export.torch_to_tf.dtypes import is_carried
from trainers.export.torch_to_tf.errors import Problem
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.registry import Rule
from trainers.export.torch_to_tf.symbolic import depends_on_values, static_shape, symbols_of

Rules = Mapping[torch._ops.OpOverload, Rule]

_SWITCHES = ("train", "training")
_NO_RULE = "there is no rule for this op; replace it by other ops, or add a rule for it"
_VALUES = (
    "it takes a number or a size from the values of a tensor (`.item()`, a boolean mask, nonzero), which a fixed graph "
    "cannot carry; use torch.where or a mask"
)
_RANDOM = "it draws random numbers in evaluation mode; make it depend on self.training"


def refused_nodes(dataflow: Dataflow, rules: Rules) -> Iterator[tuple[fx.Node, str]]:
    """Yield each call that cannot be mapped, once for each reason."""
    for node in dataflow.live:
        if node.target is not operator.getitem:
            for reason in _refusals(node, dataflow, rules):
                yield node, reason
    for node in sorted(dataflow.constants):
        if isinstance(node.target, torch._ops.OpOverload) and _is_random(bind(node)):
            yield node, _RANDOM


def find_problems(dataflow: Dataflow, rules: Rules) -> list[Problem]:
    """Return every op and option that cannot be mapped, sorted by op; equal ones are counted."""
    groups: dict[tuple[str, str], list[fx.Node]] = {}
    for node, advice in refused_nodes(dataflow, rules):
        groups.setdefault((str(node.target), advice), []).append(node)
    return [_problem(op, advice, nodes) for (op, advice), nodes in sorted(groups.items(), key=lambda item: item[0])]


def place_of(node: fx.Node) -> tuple[str, str, str]:
    """Return module path, module class and source line of a node, as far as torch.export kept them."""
    modules = [entry for entry in (node.meta.get("nn_module_stack") or {}).values() if "." in str(entry[1])]
    path, kind = modules[-1] if modules else ("", "unknown class")
    frames = [
        line.strip() for line in (node.meta.get("stack_trace") or "").splitlines() if line.lstrip().startswith("File")
    ]
    return path or "<root>", str(kind), frames[-1] if frames else "unknown line"


def _refusals(node: fx.Node, dataflow: Dataflow, rules: Rules) -> list[str]:
    if _takes_number_from_values(node):
        return [_VALUES]
    if not isinstance(node.target, torch._ops.OpOverload) or node.target not in rules:
        if _draws_random_numbers(node.target):
            return [_RANDOM]
        return [NEEDS_FIXED_SIZE if _counts_pixels(node, dataflow) else _NO_RULE]
    call = dataflow.call(node)
    return _result_refusals(call) or rules[node.target].refusals(call)


def _counts_pixels(node: fx.Node, dataflow: Dataflow) -> bool:
    """Tell whether a call without a rule would be a constant if height and width were fixed."""
    inputs = [source.meta.get("val") for source in node.all_input_nodes if source not in dataflow.constants]
    return not any(isinstance(value, torch.Tensor) for value in inputs) and any(
        not dataflow.size_symbols.isdisjoint(symbols_of(value)) for value in inputs
    )


def _result_refusals(call: Call) -> list[str]:
    tensors = call.used_results
    inputs = [node.meta["val"] for node in call.node.all_input_nodes if isinstance(node.meta["val"], torch.Tensor)]
    types = {str(tensor.dtype) for tensor in [*inputs, *tensors] if not is_carried(tensor.dtype)}
    reasons = [f"{dtype} values are not carried; compute in float32" for dtype in sorted(types)]
    if any(0 in static_shape(tensor.shape) for tensor in tensors):
        reasons.append("its result is empty (an extent is 0); leave such tensors out")
    return reasons


def _takes_number_from_values(node: fx.Node) -> bool:
    """Tell whether this call is the first on its way whose shape, or argument, depends on values."""
    sources = [source.meta.get("val") for source in node.all_input_nodes]
    if any(_has_such_extents(value) for value in sources):
        return False
    return any(depends_on_values(value) for value in sources) or _has_such_extents(node.meta.get("val"))


def _has_such_extents(value: object) -> bool:
    tensors = value if isinstance(value, list | tuple) else [value]
    return any(isinstance(one, torch.Tensor) and any(map(depends_on_values, one.shape)) for one in tensors)


def _draws_random_numbers(target: object) -> bool:
    return torch.Tag.nondeterministic_seeded in getattr(target, "tags", ())


def _is_random(call: Call) -> bool:
    if not _draws_random_numbers(call.target):
        return False
    switches = [call.arguments[name] for name in _SWITCHES if name in call.arguments]
    if switches:
        return any(switches)
    return bool(call.arguments.get("dropout_p", True))


def _problem(op: str, advice: str, nodes: list[fx.Node]) -> Problem:
    path, kind, line = place_of(nodes[0])
    return Problem(op=op, count=len(nodes), module_path=path, module_type=kind, source_line=line, advice=advice)
