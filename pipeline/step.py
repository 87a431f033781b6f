"""A step as plain data: its place in the TFX pipeline, and what its result depends on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.settings import merge


class Output(NamedTuple):
    """What one step hands to another: an output of its component."""

    step: str
    name: str


@dataclass(frozen=True)
class Call:
    """An argument that a function or class makes of plain data, such as a protocol buffer.

    Attributes:
        function: What is called, `module:name`.
        arguments: Its keyword arguments.
    """

    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Node:
    """How a step is placed in the TFX pipeline; `pipeline.graph` makes TFX's component of it.

    Attributes:
        component: What makes the component, `module:name`.
        inputs: Name of each of its inputs to the output that it takes.
        waits_for: Ids of steps that it comes after without taking an output of them.
        arguments: Its further arguments, by name: plain data or calls.
        parameters_as: The argument that takes the step's parameters: a call gets them beside its own arguments, any
            other is a dict of them. Empty when each parameter is an argument of the component.
    """

    component: str
    inputs: Mapping[str, Output] = field(default_factory=dict)
    waits_for: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parameters_as: str = ""

    @property
    def after(self) -> tuple[str, ...]:
        """Ids of the steps that it depends on, in the order of its inputs."""
        return tuple(dict.fromkeys([*(output.step for output in self.inputs.values()), *self.waits_for]))

    @property
    def modules(self) -> Iterator[str]:
        """The modules of its component, of its calls, and of the functions that TFX calls by their dotted names."""
        yield self.component.partition(":")[0]
        for name, value in self.arguments.items():
            if isinstance(value, Call):
                yield value.function.partition(":")[0]
            elif name.endswith("_fn"):
                yield value.rpartition(".")[0]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it; equal nodes give equal values."""
        return {
            "component": self.component,
            "inputs": {name: f"{output.step}.{output.name}" for name, output in self.inputs.items()},
            "waits_for": list(self.waits_for),
            "arguments": {
                name: {_CALL: value.function, **value.arguments} if isinstance(value, Call) else value
                for name, value in self.arguments.items()
            },
            "parameters_as": self.parameters_as,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Node":
        """Read what `to_json` returned."""
        return cls(
            component=content["component"],
            inputs={name: Output(*text.split(".")) for name, text in content["inputs"].items()},
            waits_for=tuple(content["waits_for"]),
            arguments={name: _argument(value) for name, value in content["arguments"].items()},
            parameters_as=content["parameters_as"],
        )


_CALL = "call"
"""Name under which JSON has the function of a call, beside its arguments."""


def _argument(value: Any) -> Any:
    if not isinstance(value, dict) or _CALL not in value:
        return value
    return Call(value[_CALL], {name: argument for name, argument in value.items() if name != _CALL})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        id: Id of its node in the TFX pipeline.
        node: Its place there.
        parameters: Execution parameters of its component that its result depends on, by name.
        settings: Further parameters, which change how it runs but not its result; put over the others.
        watched: Further values that re-run the step when they change but are not parameters.
        code: Modules it runs beside those that its node names; their imports are followed.
        code_not_followed: Modules whose imports are not followed.
        user_files: Names of the user's own Python files that it runs; they may import packages too.
        memory_mib: About how much memory it needs beside a worker's own, MiB.
        is_light: Whether it takes a second or less, so that it is not worth a worker of its own.
    """

    id: str
    node: Node
    parameters: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    watched: dict[str, Any] = field(default_factory=dict)
    code: tuple[str, ...] = ()
    code_not_followed: tuple[str, ...] = ()
    user_files: tuple[str, ...] = ()
    memory_mib: int = 256
    is_light: bool = False

    @property
    def after(self) -> tuple[str, ...]:
        """Ids of the steps it depends on."""
        return self.node.after

    @property
    def arguments(self) -> dict[str, Any]:
        """All parameters of its component."""
        return merge(self.parameters, self.settings)
