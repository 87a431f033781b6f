"""Fold a batch norm into the convolution or linear layer that it alone reads."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.dataflow import Dataflow

aten = torch.ops.aten
BATCH_NORM = aten._native_batch_norm_legit_no_training.default
_INPUT_RANKS = {aten.conv2d.default: 4, aten.conv2d.padding: 4, aten.linear.default: 2}
"""Ops whose weight has the normalised axis first, and the rank at which that axis is the batch norm's."""


@dataclass(frozen=True, kw_only=True)
class Folding:
    """Which batch norms go into the layer before them and then pass their input through."""

    batch_norms: Mapping[fx.Node, fx.Node]
    """The batch norm of each convolution or linear layer that has one folded in."""

    dataflow: Dataflow
    constants: Mapping[fx.Node, Any]

    def removes(self, node: fx.Node) -> bool:
        """Tell whether a node is a batch norm that is folded in."""
        return node.target is BATCH_NORM and self.batch_norms.get(node.args[0]) is node

    def arguments(self, node: fx.Node) -> Mapping[str, Constant]:
        """Return a layer's new `weight` and `bias`, or nothing for the other nodes.

        They are computed each time, in float64 and then in the weight's own type: kept, all of them together would take
        as much memory as the model.
        """
        batch_norm = self.batch_norms.get(node)
        if batch_norm is None:
            return {}
        return _folded_arguments(self.dataflow.call(node), self.dataflow.call(batch_norm), self.constants)


def affine_form(
    weight: torch.Tensor | None, bias: torch.Tensor | None, mean: torch.Tensor, variance: torch.Tensor, eps: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Write an inference batch norm as x * scale + shift, both float64 of shape [C]."""
    scale = torch.rsqrt(variance.double() + eps)
    if weight is not None:
        scale = scale * weight.double()
    shift = -mean.double() * scale
    return scale, shift if bias is None else shift + bias.double()


def fold_batch_norms(dataflow: Dataflow, constants: Mapping[fx.Node, Any]) -> Folding:
    """Find every layer whose only reader is a batch norm."""
    found = {node: _sole_batch_norm(node) for node in dataflow.live}
    batch_norms = {layer: batch_norm for layer, batch_norm in found.items() if batch_norm is not None}
    return Folding(batch_norms=batch_norms, dataflow=dataflow, constants=constants)


def pass_through(value: Any) -> tuple[Any, None, None]:
    """Return what a folded batch norm gives: its input, and no batch statistics."""
    return value, None, None


def _sole_batch_norm(node: fx.Node) -> fx.Node | None:
    if (
        node.target not in _INPUT_RANKS
        or len(node.users) != 1
        or len(node.meta["val"].shape) != _INPUT_RANKS[node.target]
    ):
        return None
    (user,) = node.users
    reads_it_as_input = user.target is BATCH_NORM and user.args[0] is node
    return user if reads_it_as_input and all(reader.target is operator.getitem for reader in user.users) else None


def _folded_arguments(layer: Call, batch_norm: Call, constants: Mapping[fx.Node, Any]) -> Mapping[str, Constant]:
    def fixed(call: Call, name: str) -> torch.Tensor | None:
        node = call.arguments[name]
        return None if node is None else constants[node].tensor

    mean, variance = fixed(batch_norm, "running_mean"), fixed(batch_norm, "running_var")
    weight: Constant = constants[layer.arguments["weight"]]
    scale, shift = affine_form(
        fixed(batch_norm, "weight"),
        fixed(batch_norm, "bias"),
        mean,
        variance,
        batch_norm.arguments["eps"],
    )
    bias = fixed(layer, "bias")
    if bias is not None:
        shift = shift + bias.double() * scale
    # float64 like the product: torch's promotion spares a float64 copy of the weight.
    per_output = scale.reshape([-1] + [1] * (weight.tensor.dim() - 1))
    dtype = weight.tensor.dtype
    return {
        "weight": Constant(
            (weight.tensor * per_output).to(dtype), weight.name, weight.trainable, (layer.node, "weight")
        ),
        "bias": Constant(shift.to(dtype), _bias_name(weight.name), weight.trainable, (layer.node, "bias")),
    }


def _bias_name(weight_name: str) -> str:
    head, separator, last = weight_name.rpartition(".")
    return f"{head}{separator}{'bias' if last == 'weight' else f'{last}_bias'}"
