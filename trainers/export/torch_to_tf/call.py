"""One call in the exported graph, with its arguments under their schema names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
import torch
from torch import fx

from trainers.export.torch_to_tf.symbolic import Extent, static_extent, symbols_of


@dataclass(frozen=True, kw_only=True)
class Call:
    """An ATen op and its arguments: literals as they are, tensors and symbolic numbers as graph nodes."""

    node: fx.Node
    arguments: Mapping[str, Any]
    """Every argument of the op's schema, defaults filled in; the schema's `self` is called `input`."""

    constants: frozenset[fx.Node] = frozenset()
    """Nodes that do not depend on the model's input."""

    size_symbols: frozenset[sympy.Symbol] = frozenset()
    """What stands for height and width in extents, where they are free."""

    @property
    def target(self) -> torch._ops.OpOverload:
        """The op with its overload."""
        target: torch._ops.OpOverload = self.node.target
        return target

    @property
    def result(self) -> Any:
        """What the op returns, as fake tensors that know shape and dtype only; None for a mere check."""
        return self.node.meta.get("val")

    def tensor(self, name: str) -> torch.Tensor:
        """Return the fake tensor behind an argument."""
        tensor: torch.Tensor = self.arguments[name].meta["val"]
        return tensor

    def shape(self, name: str) -> Sequence[Extent]:
        """Return the logical shape of a tensor argument."""
        shape: Sequence[Extent] = self.tensor(name).shape
        return shape

    def is_constant(self, name: str) -> bool:
        """Tell whether an argument is the same for every input: None, a literal, or a node that is."""
        return all(node in self.constants for node in nodes_in(self.arguments[name]))

    def extent(self, name: str, axis: int) -> int | None:
        """Return the extent of one axis of a tensor argument, None if it depends on the shape of the images."""
        return static_extent(self.shape(name)[axis])

    def depends_on_batch(self, number: Any) -> bool:
        """Tell whether a number, such as an extent, depends on the batch size."""
        return bool(symbols_of(number) - self.size_symbols)

    def depends_on_size(self, number: Any) -> bool:
        """Tell whether a number depends on a free height or width."""
        return bool(symbols_of(number) & self.size_symbols)

    @property
    def has_free_size(self) -> bool:
        """Tell whether an extent of an argument or result, or a number among them, depends on a free size."""
        values = [node.meta.get("val") for node in [self.node, *self.node.all_input_nodes]]
        return any(self.depends_on_size(number) for value in values for number in _numbers_in(value))

    @property
    def used_results(self) -> Sequence[torch.Tensor]:
        """The fake tensors that the op returns and something reads."""
        if isinstance(self.result, list | tuple):
            return [result for index, result in enumerate(self.result) if self.result_is_used(index)]
        return [] if self.result is None else [self.result]

    def result_is_used(self, index: int) -> bool:
        """Tell whether anything reads one of several results."""
        return any(user.args[1] == index and user.users for user in self.node.users)


def bind(
    node: fx.Node,
    constants: frozenset[fx.Node] = frozenset(),
    size_symbols: frozenset[sympy.Symbol] = frozenset(),
) -> Call:
    """Name a node's arguments by its op's schema and fill in the defaults.

    Args:
        node: A `call_function` node whose target is an ATen op overload.
        constants: Nodes that do not depend on the model's input.
        size_symbols: What stands for height and width where they are free.
    """
    arguments: dict[str, Any] = {}
    for position, parameter in enumerate(node.target._schema.arguments):
        if position < len(node.args):
            given = node.args[position]
        else:
            given = node.kwargs.get(parameter.name, parameter.default_value)
        arguments[argument_name(parameter.name)] = given
    return Call(node=node, arguments=arguments, constants=constants, size_symbols=size_symbols)


def argument_name(schema_name: str) -> str:
    """Return the name that rules use for a schema's argument: `input` instead of `self`."""
    return "input" if schema_name == "self" else schema_name


def nodes_in(argument: Any) -> Iterator[fx.Node]:
    """Yield the graph nodes in an argument, which may be a list."""
    if isinstance(argument, fx.Node):
        yield argument
    elif isinstance(argument, list | tuple):
        for item in argument:
            yield from nodes_in(item)


def _numbers_in(value: Any) -> Iterator[Any]:
    """Yield the extents of a tensor or of several, or the number itself."""
    if isinstance(value, torch.Tensor):
        yield from value.shape
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers_in(item)
    else:
        yield value
