"""The calls to emit, with everything about them settled, and the loop that emits them."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy
import tensorflow as tf
import torch
from torch import fx

from trainers.export.image_sizes import ImageSizes
from trainers.export.torch_to_tf import layout
from trainers.export.torch_to_tf.accepted_sizes import accepted_sizes
from trainers.export.torch_to_tf.batch_norm_folding import Folding, fold_batch_norms, pass_through
from trainers.export.torch_to_tf.call import bind
from trainers.export.torch_to_tf.constants import fold_constants
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.dataflow import Dataflow, analyse
from trainers.export.torch_to_tf.errors import UnsupportedModelError
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.program import Program
from trainers.export.torch_to_tf.program_export import check_keeps_batch
from trainers.export.torch_to_tf.result_check import checked
from trainers.export.torch_to_tf.support import Rules, find_problems
from trainers.export.torch_to_tf.symbolic import expression_of, static_extent
from trainers.export.torch_to_tf.weights import WeightStore


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A program that is known to be supported, ready to be emitted as TensorFlow ops."""

    program: Program
    dataflow: Dataflow
    rules: Rules
    constants: Mapping[fx.Node, Any]
    folding: Folding
    sizes: ImageSizes | None
    """Which heights and widths are taken, where they are free."""


def make_plan(program: Program, rules: Rules) -> Plan:
    """Check that every call can be mapped, then compute the constants and find the batch norms to fold.

    Raises:
        UnsupportedModelError: Some call cannot be mapped; all of them are listed. Or height and width are to be free,
            and the model allows only some.
    """
    dataflow = analyse(program)
    problems = find_problems(dataflow, rules)
    if problems:
        raise UnsupportedModelError("These parts of the model cannot be mapped to TensorFlow exactly:", problems)
    if not _reads_images(program, dataflow):
        raise UnsupportedModelError("The output does not depend on the input; return what is computed from the images.")
    check_keeps_batch(program)
    constants = fold_constants(program, dataflow.constants)
    return Plan(
        program=program,
        dataflow=dataflow,
        rules=rules,
        constants=constants,
        folding=fold_batch_norms(dataflow, constants),
        sizes=accepted_sizes(program),
    )


def emit(plan: Plan, images: Value, weights: WeightStore) -> tf.Tensor:
    """Add the plan's ops to the current graph, or run them if there is none.

    Args:
        plan: What to emit.
        images: In either layout, in the program's element type.
        weights: Where the variables are, or are put the first time.

    Returns:
        The model's output in torch's order of axes.
    """
    sizes = _sizes(plan.program, images)
    results: dict[fx.Node, Any] = {plan.program.input_node: images}
    for node in plan.dataflow.live:
        context = Context(call_name=node.name, result=node.meta.get("val"), sizes=sizes, weights=weights)
        results[node] = _emit_call(plan, node, context, results)
    return layout.to_logical(results[plan.program.output_node])


def _sizes(program: Program, images: Value) -> Mapping[sympy.Symbol, int | tf.Tensor]:
    return {
        expression_of(extent): images.extent(axis) or tf.shape(images.tensor)[images.position(axis)]
        for axis, extent in enumerate(program.input_node.meta["val"].shape)
        if static_extent(extent) is None
    }


def _reads_images(program: Program, dataflow: Dataflow) -> bool:
    """Tell whether the output is computed from the images, and not from their number alone."""
    images = program.input_node
    return program.output_node is images or any(images in node.all_input_nodes for node in dataflow.live)


def _emit_call(plan: Plan, node: fx.Node, context: Context, results: Mapping[fx.Node, Any]) -> Any:
    def resolve(source: fx.Node) -> Any:
        if source in plan.constants:
            return plan.constants[source]
        return results.get(source, source.meta["val"])

    if node.target is operator.getitem:
        source, index = node.args
        return results[source][index]
    call = bind(node)
    if plan.folding.removes(node):
        return pass_through(resolve(call.arguments["input"]))
    rule = plan.rules[_overload(node)]
    arguments = {name: fx.node.map_arg(call.arguments[name], resolve) for name in rule.understands}
    arguments.update(plan.folding.arguments(node))
    return checked(node, rule.convert(context, **arguments))


def _overload(node: fx.Node) -> torch._ops.OpOverload:
    target: torch._ops.OpOverload = node.target
    return target
