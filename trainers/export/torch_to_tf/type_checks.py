"""Checks of element types that rules share; see `checks`."""

import torch

from trainers.export.torch_to_tf.call import Call

_NUMBERS = (torch.float32, torch.float64, torch.int32, torch.int64)


def is_number(call: Call) -> str | None:
    """Accept floats and integers of 32 or 64 bits as input."""
    dtype = call.tensor("input").dtype
    return None if dtype in _NUMBERS else f"`input` is {dtype}; convert with .float() first"


def result_is_number(call: Call) -> str | None:
    """Accept what ends in float or in 32 or 64 bit integers: the small types wrap around differently."""
    dtype = call.result.dtype
    return None if dtype in _NUMBERS else f"its result is {dtype}; convert with .float() first"


def result_is_floating(call: Call) -> str | None:
    """Accept what ends in floating-point numbers."""
    dtype = call.result.dtype
    return None if dtype.is_floating_point else f"its result is {dtype}; convert with .float() first"
