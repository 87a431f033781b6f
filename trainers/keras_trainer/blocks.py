"""The blocks of a Keras model: the units in which its body is frozen and unfrozen."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from trainers.keras_trainer.layers import head_layers, leaf_layers

_NORMALISATIONS = (
    keras.layers.BatchNormalization,
    keras.layers.LayerNormalization,
    keras.layers.GroupNormalization,
    keras.layers.Normalization,
)


@dataclass
class Block:
    """Some consecutive layers of a model."""

    name: str
    layers: list[keras.layers.Layer]

    @property
    def size(self) -> int:
        """Numbers in its weights, without the statistics of batch normalisation."""
        return int(sum(np.prod(v.shape) for layer in self.layers for v in layer.trainable_variables))


def split_model(model: keras.Model, num_classes: int) -> tuple[list[Block], Block]:
    """Return the blocks of the body in the order in which data flows, and the head.

    A block ends where everything that later layers need has come together in one tensor, so that a residual block
    with its shortcut, or a module of branches, is one. A normalisation belongs to the block before it.

    Args:
        model: The model.
        num_classes: Its logits, which tell the head.
    """
    head = Block("head", head_layers(model, num_classes))
    blocks: list[Block] = []
    for piece in _pieces(model):
        layers = [layer for layer in piece if layer.weights and layer not in head.layers]
        if not layers:
            continue
        if blocks and all(isinstance(layer, _NORMALISATIONS) for layer in layers):
            blocks[-1].layers += layers
        else:
            blocks.append(Block(layers[0].name, layers))
    return blocks, head


def _pieces(model: keras.Model) -> Iterator[list[keras.layers.Layer]]:
    operations = _operations_in_order(model)
    if operations is None:
        for layer in model.layers:
            yield _leaves(layer)
        return
    # A node has the tensors of one call; those of a nested model itself are the ones that it was defined on.
    calls = [(each, each._inbound_nodes[0]) for each in operations]
    uses = Counter(id(tensor) for _, node in calls for tensor in node.input_tensors)
    live = {id(tensor) for tensor in model.inputs}
    piece: list[keras.layers.Layer] = []
    for operation, node in calls:
        is_alone = len(live) == 1 and not piece
        for tensor in node.input_tensors:
            uses[id(tensor)] -= 1
            if not uses[id(tensor)]:
                live.discard(id(tensor))
        live |= {id(tensor) for tensor in node.output_tensors}
        if is_alone and len(live) == 1 and isinstance(operation, keras.Model):
            yield from _pieces(operation)
            continue
        piece += _leaves(operation)
        if len(live) == 1:
            yield piece
            piece = []
    yield piece


def _operations_in_order(model: keras.Model) -> list[Any] | None:
    """Return the operations of a functional model but its inputs; None for other models, and where layers are shared.

    A sequence of layers inside another model is a block; one by itself is opened layer by layer.
    """
    if isinstance(model, keras.Sequential) or not hasattr(model, "operations"):
        return None
    operations = [each for each in model.operations if not isinstance(each, keras.layers.InputLayer)]
    return operations if all(len(each._inbound_nodes) == 1 for each in operations) else None


def _leaves(operation: Any) -> list[keras.layers.Layer]:
    if isinstance(operation, keras.Model):
        return leaf_layers(operation)
    return [operation] if isinstance(operation, keras.layers.Layer) else []
