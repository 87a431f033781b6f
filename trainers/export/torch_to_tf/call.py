"""One call in the exported graph, with its arguments under their schema names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from trainers.export.torch_to_tf.symbolic import Extent, is_symbolic, static_extent


@dataclass(frozen=True, kw_only=True)
class Call:
    """An ATen op and its arguments: literals as they are, tensors and symbolic numbers as graph nodes."""

    node: fx.Node
    arguments: Mapping[str, Any]
    """Every argument of the op's schema, defaults filled in; the schema's `self` is called `input`."""

    constants: frozenset[fx.Node] = frozenset()
    """Nodes that do not depend on the model's input."""

    @property
    def target(self) -> torch._ops.OpOverload:
        """The op with its overload."""
        target: torch._ops.OpOverload = self.node.target
        return target

    @property
    def result(self) -> Any:
        """What the op returns, as fake tensors that know shape and dtype only."""
        return self.node.meta["val"]

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
        """Return the extent of one axis of a tensor argument, None if it depends on the batch size."""
        return static_extent(self.shape(name)[axis])

    @property
    def used_results(self) -> Sequence[torch.Tensor]:
        """The fake tensors that the op returns and something reads."""
        if isinstance(self.result, list | tuple):
            return [result for index, result in enumerate(self.result) if self.result_is_used(index)]
        return [self.result]

    def result_is_used(self, index: int) -> bool:
        """Tell whether anything reads one of several results."""
        return any(user.args[1] == index and user.users for user in self.node.users)


def bind(node: fx.Node, constants: frozenset[fx.Node] = frozenset()) -> Call:
    """Name a node's arguments by its op's schema and fill in the defaults.

    Args:
        node: A `call_function` node whose target is an ATen op overload.
        constants: Nodes that do not depend on the model's input.
    """
    arguments: dict[str, Any] = {}
    for position, parameter in enumerate(node.target._schema.arguments):
        if position < len(node.args):
            given = node.args[position]
        else:
            given = node.kwargs.get(parameter.name, parameter.default_value)
        arguments[argument_name(parameter.name)] = given
    return Call(node=node, arguments=arguments, constants=constants)


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


def depends_on_batch_size(argument: Any) -> bool:
    """Tell whether an argument is, or holds, a number such as the batch size."""
    return any(is_symbolic(node.meta.get("val")) for node in nodes_in(argument))
