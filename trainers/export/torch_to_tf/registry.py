"""Rules: how one ATen op becomes TensorFlow ops, and which of its arguments that covers.

A rule's keyword parameters are the arguments that it understands. Every other argument of the op has to keep its
default, or the call is refused; so an option that nobody thought of is an error and never a wrong answer.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

from trainers.export.torch_to_tf.call import Call, argument_name, nodes_in
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE

Convert = Callable[..., Any]
"""(context, *, arguments by name) -> Value, or a tuple of them for an op with several results."""

ConvertType = TypeVar("ConvertType", bound=Convert)

Check = Callable[[Call], str | None]
"""Returns why a call is refused and what to do, or None to accept it."""

_INERT = frozenset({"device", "layout", "pin_memory", "memory_format", "non_blocking", "generator", "implicit"})
"""Arguments that say where and how torch keeps a tensor and change no value."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How to convert the calls of an op that pass its checks."""

    convert: Convert
    understands: frozenset[str]
    """Arguments that `convert` takes."""

    implied: frozenset[str]
    """Arguments that the result's exported shape or dtype already tells, or that a check fixes."""

    symbolic: frozenset[str]
    """Arguments that may depend on the batch size, and on a free height or width."""

    accepts: tuple[Check, ...]

    free_size: bool
    """Whether it holds, within its checks, for values whose extents depend on a free height or width."""

    def refusals(self, call: Call) -> list[str]:
        """Return every reason to refuse a call, before anything is converted."""
        if not self.free_size and call.has_free_size:
            return [NEEDS_FIXED_SIZE]
        reasons = [reason for name, value in call.arguments.items() if (reason := self._refuse(call, name, value))]
        # Further checks may rely on the arguments being what the rule takes.
        return reasons or [reason for check in self.accepts if (reason := check(call))]

    def _refuse(self, call: Call, name: str, value: Any) -> str | None:
        if name in self.implied or name in _INERT:
            return None
        if name in self.understands:
            return None if name in self.symbolic else _refuse_numbers(call, name, value)
        parameter = next(p for p in call.target._schema.arguments if argument_name(p.name) == name)
        if parameter.has_default_value() and _equal(value, parameter.default_value):
            return None
        return f"`{name}={value}` is not carried; use its default or another op"


class Family:
    """The rules of one kind of op, each with the function that converts it."""

    def __init__(self, *, free_size: bool = False) -> None:
        """Start without rules.

        Args:
            free_size: Whether the rules hold for free heights and widths too, except where a check says otherwise.
        """
        self.rules: dict[torch._ops.OpOverload, Rule] = {}
        self._free_size = free_size

    def rule(
        self,
        *targets: torch._ops.OpOverload,
        accepts: Sequence[Check] = (),
        implied: Sequence[str] = (),
        symbolic: Sequence[str] = (),
    ) -> Callable[[ConvertType], ConvertType]:
        """Register the decorated function for some op overloads.

        Args:
            targets: The overloads; the function's keyword parameters are arguments of each of them.
            accepts: Checks beyond the names of the arguments, run in order.
            implied: Arguments that the function does not need.
            symbolic: Arguments that may hold the batch size, a free height or a free width.
        """

        def register(convert: ConvertType) -> ConvertType:
            for target in targets:
                self._add(target, convert, tuple(accepts), frozenset(implied), frozenset(symbolic))
            return convert

        return register

    def _add(
        self,
        target: torch._ops.OpOverload,
        convert: Convert,
        accepts: tuple[Check, ...],
        implied: frozenset[str],
        symbolic: frozenset[str],
    ) -> None:
        _, *parameters = inspect.signature(convert).parameters.values()
        schema_names = {argument_name(argument.name) for argument in target._schema.arguments}
        wanted = {parameter.name for parameter in parameters}
        optional = {parameter.name for parameter in parameters if parameter.default is not parameter.empty}
        if target in self.rules or not wanted - optional <= schema_names:
            raise TypeError(f"{target} has a rule already or lacks one of the arguments {sorted(wanted)}")
        self.rules[target] = Rule(
            convert=convert,
            understands=frozenset(wanted & schema_names),
            implied=implied,
            symbolic=symbolic,
            accepts=accepts,
            free_size=self._free_size,
        )


def merge(families: Sequence[Family]) -> Mapping[torch._ops.OpOverload, Rule]:
    """Return one table of all families' rules; TypeError if two of them claim the same op."""
    merged: dict[torch._ops.OpOverload, Rule] = {}
    for family in families:
        twice = merged.keys() & family.rules.keys()
        if twice:
            raise TypeError(f"two families have rules for {sorted(map(str, twice))}")
        merged.update(family.rules)
    return merged


def _refuse_numbers(call: Call, name: str, value: Any) -> str | None:
    numbers = [node.meta.get("val") for node in nodes_in(value)]
    if any(call.depends_on_size(number) for number in numbers):
        return f"`{name}` depends on height and width, and {NEEDS_FIXED_SIZE}"
    if any(call.depends_on_batch(number) for number in numbers):
        return f"`{name}` depends on the batch size, which is not carried here; compute it per image"
    return None


def _equal(value: Any, default: Any) -> bool:
    """Compare without coercion: 0, False and None mean different things in a schema."""
    if isinstance(value, list | tuple) and isinstance(default, list | tuple):
        return list(value) == list(default)
    return type(value) is type(default) and bool(value == default)
