"""Extents of exported tensors: a plain integer, or an expression in the batch size."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import torch
from torch.fx.experimental.symbolic_shapes import free_unbacked_symbols

Extent: TypeAlias = int | torch.SymInt
"""One entry of an exported tensor's shape."""


def static_extent(extent: Extent) -> int | None:
    """Return the extent as an integer, or None where it depends on the batch size.

    `int(extent)` would not do: it makes torch fix a symbolic extent to the example's value.
    """
    if isinstance(extent, int):
        return extent
    expression = extent.node.expr
    return int(expression) if expression.is_Integer else None


def static_shape(shape: Sequence[Extent]) -> list[int | None]:
    """Return each extent as an integer or None, as in TensorFlow's static shapes."""
    return [static_extent(extent) for extent in shape]


def batch_terms(extent: Extent) -> tuple[int, int] | None:
    """Write an extent as `scale * batch + offset`.

    Returns:
        (scale, offset), or None if the extent is not of that form.
    """
    known = static_extent(extent)
    if known is not None:
        return 0, known
    symbolic: Any = extent
    expression = symbolic.node.expr
    symbols = expression.free_symbols
    if len(symbols) != 1 or depends_on_values(extent):
        return None
    (batch,) = symbols
    scale = expression.coeff(batch)
    offset = (expression - scale * batch).expand()
    return (int(scale), int(offset)) if scale.is_Integer and offset.is_Integer else None


def is_symbolic(value: Any) -> bool:
    """Tell whether a value is a number that torch.export could not fix, such as the batch size."""
    return isinstance(value, torch.SymInt | torch.SymFloat | torch.SymBool)


def depends_on_values(value: Any) -> bool:
    """Tell whether a number comes from what a tensor holds (`.item()`, a count of matches) and not from its shape."""
    return is_symbolic(value) and bool(free_unbacked_symbols(value))
