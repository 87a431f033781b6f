"""Checks that rules share: each builds a function that refuses calls outside what the rule maps exactly."""

from typing import Any

import torch

from trainers.export.torch_to_tf.call import Call, nodes_in
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.registry import Check
from trainers.export.torch_to_tf.symbolic import Extent


def rank_is(*ranks: int, argument: str = "input") -> Check:
    """Accept tensors with one of these numbers of axes."""

    def check(call: Call) -> str | None:
        rank = len(call.shape(argument))
        if rank in ranks:
            return None
        return f"`{argument}` has {rank} axes, carried are {' or '.join(map(str, ranks))}; reshape it to such a batch"

    return check


def rank_at_least(minimum: int, *arguments: str) -> Check:
    """Accept tensors with at least so many axes."""

    def check(call: Call) -> str | None:
        low = [name for name in arguments if len(call.shape(name)) < minimum]
        return f"{_quoted(low)} needs {minimum} axes or more; unsqueeze it first" if low else None

    return check


has_axes = rank_at_least(1, "input")
"""Accepts everything but single numbers, which torch takes for vectors where an axis is named."""


def is_constant(*arguments: str) -> Check:
    """Accept arguments that are the same for every input."""

    def check(call: Call) -> str | None:
        computed = [name for name in arguments if not call.is_constant(name)]
        return f"{_quoted(computed)} is computed from the input, carried is a fixed weight only" if computed else None

    return check


def is_floating(*arguments: str) -> Check:
    """Accept floating-point tensors."""

    def check(call: Call) -> str | None:
        names = [
            name for name in arguments or ("input",) for node in nodes_in(call.arguments[name]) if _is_integer(node)
        ]
        return f"{_quoted(names)} holds integers or booleans; convert with .float() first" if names else None

    return check


def is_boolean(*arguments: str) -> Check:
    """Accept boolean tensors."""

    def check(call: Call) -> str | None:
        others = [name for name in arguments if call.tensor(name).dtype is not torch.bool]
        return f"{_quoted(others)} is not boolean; compare first, for example x != 0" if others else None

    return check


def is_value(argument: str, *allowed: Any) -> Check:
    """Accept some values of an argument."""

    def check(call: Call) -> str | None:
        value = call.arguments[argument]
        if any(value is one or (type(value) is type(one) and value == one) for one in allowed):
            return None
        return f"`{argument}={value}` is not carried, only {' or '.join(map(repr, allowed))}"

    return check


def only_first_result_is_used(call: Call) -> str | None:
    """Accept calls whose further results nobody reads."""
    used = [index for index in range(1, len(call.result)) if call.result_is_used(index)]
    return f"its results {used} are read, only the first one is carried" if used else None


def static_axis(argument: str = "dim") -> Check:
    """Accept calls along axes, named by an argument, whose extents do not depend on the shape of the images."""

    def check(call: Call) -> str | None:
        reason = axis_of_one_image(argument)(call)
        if reason:
            return reason
        depends_on_size = any(call.depends_on_size(extent) for extent in _extents_along(call, argument))
        return f"it runs over height or width, and {NEEDS_FIXED_SIZE}" if depends_on_size else None

    return check


def axis_of_one_image(argument: str = "dim") -> Check:
    """Accept calls along axes, named by an argument, whose extents do not depend on the batch size."""

    def check(call: Call) -> str | None:
        if not call.shape("input") and call.arguments[argument] not in (None, []):
            return has_axes(call)
        if any(call.depends_on_batch(extent) for extent in _extents_along(call, argument)):
            return f"`{argument}={call.arguments[argument]}` runs over the batch axis, carried are the other axes only"
        return None

    return check


def _extents_along(call: Call, argument: str) -> list[Extent]:
    axes, shape = call.arguments[argument], call.shape("input")
    everywhere = axes is None or axes == []
    return [shape[axis] for axis in (range(len(shape)) if everywhere else axes if isinstance(axes, list) else [axes])]


def _is_integer(node: Any) -> bool:
    return not node.meta["val"].dtype.is_floating_point


def _quoted(names: list[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
