"""Hold every emitted value against the shape and type that torch.export recorded for it."""

from typing import Any

import torch
from torch import fx

from trainers.export.torch_to_tf.dtypes import to_tensorflow
from trainers.export.torch_to_tf.errors import UnsupportedModelError
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.support import place_of
from trainers.export.torch_to_tf.symbolic import static_shape


def checked(node: fx.Node, result: Any) -> Any:
    """Return what a rule emitted, with its static shape filled in.

    Raises:
        UnsupportedModelError: Shape or type differ from torch's: the rule covers less than it claims.
    """
    expected = node.meta.get("val")
    if isinstance(result, Value):
        _check(node, result, expected)
    elif expected is not None:
        for value, one in zip(result, expected, strict=False):
            if value is not None:
                _check(node, value, one)
    return result


def _check(node: fx.Node, value: Value, expected: torch.Tensor) -> None:
    logical = static_shape(expected.shape)
    stored = [logical[axis] for axis in value.stored_axes] if value.rank == len(logical) else None
    dtype = to_tensorflow(expected.dtype)
    if stored is None or value.tensor.dtype != dtype or not value.tensor.shape.is_compatible_with(stored):
        path, _, line = place_of(node)
        raise UnsupportedModelError(
            f"The rule for {node.target} gives {value.tensor.dtype.name} {value.tensor.shape} where torch gives "
            f"{dtype.name} {logical} (in {path}, {line}); this call is not mapped correctly, use another op here."
        )
    value.tensor.set_shape(stored)
