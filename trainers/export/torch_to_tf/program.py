"""An exported model: its graph, its single input and output, and its weights."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import fx
from torch.export import ExportedProgram


@dataclass(frozen=True, kw_only=True)
class Program:
    """A functional ATen graph with one image input of free batch size and one tensor output."""

    exported: ExportedProgram
    input_shape: tuple[int, int, int]
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
        return replace(self, exported=self.exported.run_decompositions(table))
