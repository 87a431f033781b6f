"""Extents of exported tensors: a plain integer, or an expression in the batch size and in free heights and widths."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import sympy
import torch
from torch.fx.experimental.symbolic_shapes import free_unbacked_symbols

Extent: TypeAlias = int | torch.SymInt
"""One entry of an exported tensor's shape."""


def expression_of(extent: Extent) -> sympy.Expr:
    """Return the expression behind an extent.

    `int(extent)` would not do for any of them: it makes torch fix a symbolic extent to the example's value.
    """
    symbolic: Any = extent
    return sympy.Integer(extent) if isinstance(extent, int) else symbolic.node.expr


def symbols_of(number: Any) -> frozenset[sympy.Symbol]:
    """Return what a number depends on: the symbols of the batch size, the height and the width."""
    return frozenset(number.node.expr.free_symbols) if is_symbolic(number) else frozenset()


def static_extent(extent: Extent) -> int | None:
    """Return the extent as an integer, or None where it depends on the input's shape."""
    if isinstance(extent, int):
        return extent
    expression = expression_of(extent)
    return int(expression) if expression.is_Integer else None


def static_shape(shape: Sequence[Extent]) -> list[int | None]:
    """Return each extent as an integer or None, as in TensorFlow's static shapes."""
    return [static_extent(extent) for extent in shape]


def is_symbolic(value: Any) -> bool:
    """Tell whether a value is a number that torch.export could not fix, such as the batch size."""
    return isinstance(value, torch.SymInt | torch.SymFloat | torch.SymBool)


def depends_on_values(value: Any) -> bool:
    """Tell whether a number comes from what a tensor holds (`.item()`, a count of matches) and not from its shape."""
    return is_symbolic(value) and bool(free_unbacked_symbols(value))
