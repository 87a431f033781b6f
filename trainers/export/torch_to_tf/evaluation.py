"""The state that a module is exported in: evaluation mode, one floating-point type."""

import contextlib
import copy
from collections.abc import Iterator

import torch

_HALVES = frozenset({torch.float16, torch.bfloat16})


@contextlib.contextmanager
def evaluation_mode(module: torch.nn.Module) -> Iterator[None]:
    """Put a module and its parts into evaluation mode, and each back as it was afterwards."""
    were_training = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, was_training in were_training:
            part.training = was_training


def floating_types(module: torch.nn.Module) -> set[torch.dtype]:
    """Return the floating-point types among parameters and buffers."""
    state = [*module.parameters(), *module.buffers()]
    return {tensor.dtype for tensor in state if tensor.is_floating_point()}


def in_float32(module: torch.nn.Module) -> torch.nn.Module:
    """Return a module with float32 weights: the same one if it has them, else a copy."""
    return module if floating_types(module) <= {torch.float32} else copy.deepcopy(module).float()


def without_halves(module: torch.nn.Module) -> torch.nn.Module:
    """Return a module without float16 and bfloat16 weights: the same one if it has none, else a float32 copy.

    Every half-precision number is a float32 number too; only what is computed from them is more exact.
    """
    return in_float32(module) if floating_types(module) & _HALVES else module
