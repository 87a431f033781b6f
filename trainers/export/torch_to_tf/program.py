"""An exported model: its graph, its single input and output, and its weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import sympy
import torch
from torch import fx
from torch.export import ExportedProgram

from trainers.export.torch_to_tf.free_sizes import ImageShape, single_pixels_allowed
from trainers.export.torch_to_tf.symbolic import expression_of, static_extent


@dataclass(frozen=True, kw_only=True)
class Program:
    """A functional ATen graph with one image input of free batch size and one tensor output."""

    exported: ExportedProgram
    input_shape: ImageShape
    """C, H, W of the images."""

    dtype: torch.dtype
    """Element type of the images: that of the model's weights."""

    @property
    def graph(self) -> fx.Graph:
        """The nodes, in an order that can be run."""
        return self.exported.graph

    @property
    def input_node(self) -> fx.Node:
        """The placeholder of the images."""
        (name,) = self.exported.graph_signature.user_inputs
        return next(node for node in self.graph.nodes if node.name == name)

    @property
    def output_node(self) -> fx.Node:
        """The node whose value the model returns."""
        (name,) = self.exported.graph_signature.user_outputs
        return next(node for node in self.graph.nodes if node.name == name)

    @property
    def batch_symbol(self) -> sympy.Symbol:
        """What stands for the batch size in shapes."""
        return expression_of(self.input_node.meta["val"].shape[0])

    @property
    def size_symbols(self) -> Sequence[sympy.Symbol]:
        """What stands for height and width in shapes, where they are free."""
        size = self.input_node.meta["val"].shape[2:]
        return [expression_of(extent) for extent in size if static_extent(extent) is None]

    @property
    def conditions(self) -> Sequence[sympy.Basic]:
        """What torch took for granted about batch size, height and width on its way through the model."""
        environment = self.input_node.meta["val"].shape[0].node.shape_env
        noted = [guard.expr for guard in environment.guards if not self._concerns_memory_only(guard)]
        deferred = [later.expr for each in environment.deferred_runtime_asserts.values() for later in each]
        ranges = {symbol: self.exported.range_constraints[symbol] for symbol in self.size_symbols}
        least = [sympy.Ge(symbol, bounds.lower) for symbol, bounds in ranges.items()]
        most = [sympy.Le(symbol, bounds.upper) for symbol, bounds in ranges.items() if bounds.upper.is_Integer]
        conditions = dict.fromkeys([*noted, *deferred, *least, *most])
        return [condition for condition in conditions if condition is not sympy.true]

    def _concerns_memory_only(self, guard: Any) -> bool:
        """Tell whether a condition is that of a convolution on the batch size: it chooses a memory format by it."""
        frame = guard.sloc.framework_loc
        is_of_convolution = frame is not None and (Path(frame.filename).name, frame.name) == ("fake_impls.py", "conv")
        return is_of_convolution and guard.expr.free_symbols == {self.batch_symbol}

    @cached_property
    def parameter_names(self) -> Mapping[str, str]:
        """Attribute path of each parameter, by node name."""
        names: Mapping[str, str] = self.exported.graph_signature.inputs_to_parameters
        return names

    @cached_property
    def state_names(self) -> Mapping[str, str]:
        """Attribute path of each parameter, buffer and lifted constant, by node name."""
        signature = self.exported.graph_signature
        return {
            **self.parameter_names,
            **signature.inputs_to_buffers,
            **signature.inputs_to_lifted_tensor_constants,
        }

    def state(self, node: fx.Node) -> torch.Tensor:
        """Return the tensor behind a parameter, buffer or lifted constant."""
        name = self.state_names[node.name]
        # Buffers that are not saved with the model, and tensors made in forward(), are kept apart from the state.
        state = self.exported.state_dict if name in self.exported.state_dict else self.exported.constants
        tensor: torch.Tensor = state[name]
        return tensor

    def decompose(self, table: dict[torch._ops.OpOverload, object]) -> "Program":
        """Return the same program with some ops replaced by torch's own decompositions of them."""
        with single_pixels_allowed(self.input_shape):
            return replace(self, exported=self.exported.run_decompositions(table))
