"""Ops that fill a new tensor with one number: constants as soon as their size is fixed."""

import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.symbolic import static_shape

aten = torch.ops.aten

FIXED_FILLS: dict[torch._ops.OpOverload, int] = {
    aten.new_zeros.default: 0,
    aten.new_ones.default: 1,
    aten.zeros_like.default: 0,
    aten.ones_like.default: 1,
    aten.zeros.default: 0,
    aten.ones.default: 1,
}
"""Ops whose number is part of their name."""

CHOSEN_FILLS = (aten.new_full.default, aten.full_like.default, aten.full.default)
"""Ops that take the number as `fill_value`."""


def fill_value(call: Call) -> bool | int | float | None:
    """Return the number that a creation op of fixed size writes everywhere; None for every other call.

    Such an op may name a tensor that depends on the input, but takes only the dtype from it.
    """
    if call.target in CHOSEN_FILLS:
        fill = call.arguments["fill_value"]
    else:
        fill = FIXED_FILLS.get(call.target)
    if not isinstance(fill, bool | int | float) or None in static_shape(call.result.shape):
        return None
    return fill
