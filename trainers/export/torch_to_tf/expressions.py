"""Compute torch.export's expressions, such as (h - 1) // 2 + 1, from the numbers that their symbols stand for.

The numbers are integers, numpy arrays of them (many cases at once) or scalar int32 tensors (at run time).
"""

import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import sympy
import tensorflow as tf
from torch.utils._sympy import functions

Number: TypeAlias = Any
"""int, bool, float, a numpy array or a scalar tensor."""


def evaluate(expression: sympy.Basic, values: Mapping[sympy.Symbol, Number]) -> Number:
    """Return the value of an expression that `is_computable`.

    Args:
        expression: Of integers, or a condition on them.
        values: What each symbol stands for.
    """
    if isinstance(expression, sympy.Symbol):
        return values[expression]
    if isinstance(expression, sympy.Integer):
        return int(expression)
    if isinstance(expression, sympy.Float):
        return float(expression)
    if isinstance(expression, sympy.logic.boolalg.BooleanAtom):
        return bool(expression)
    return _OPERATIONS[expression.func](*(evaluate(argument, values) for argument in expression.args))


def is_computable(expression: sympy.Basic) -> bool:
    """Tell whether an expression holds nothing but what `evaluate` knows."""
    return all(
        isinstance(part, sympy.Symbol | sympy.Integer | sympy.Float | sympy.logic.boolalg.BooleanAtom)
        or part.func in _OPERATIONS
        for part in sympy.preorder_traversal(expression)
    )


def _folded(function: Callable[[Number, Number], Number]) -> Callable[..., Number]:
    return lambda *numbers: functools.reduce(function, numbers)


def _larger(left: Number, right: Number) -> Number:
    return tf.maximum(left, right) if tf.is_tensor(left) or tf.is_tensor(right) else np.maximum(left, right)


def _smaller(left: Number, right: Number) -> Number:
    return tf.minimum(left, right) if tf.is_tensor(left) or tf.is_tensor(right) else np.minimum(left, right)


def _to_float(number: Number) -> Number:
    """Convert to float64, in which torch too multiplies sizes."""
    return tf.cast(number, tf.float64) if tf.is_tensor(number) else number * 1.0


def _truncated(number: Number) -> Number:
    if tf.is_tensor(number):
        return tf.cast(number, tf.int32)
    return number.astype(np.int64) if isinstance(number, np.ndarray) else int(number)


def _all_integers(base: Number, exponent: Number) -> Number:
    # A negative or broken exponent in an extent has never been seen; a float would be wrong without a word.
    if not isinstance(exponent, int) or exponent < 0:
        raise ValueError(f"cannot compute a size to the power of {exponent}")
    return base**exponent


_OPERATIONS: Mapping[type, Callable[..., Number]] = {
    sympy.Add: _folded(operator.add),
    sympy.Mul: _folded(operator.mul),
    sympy.Pow: _all_integers,
    functions.PowByNatural: _all_integers,
    functions.FloorDiv: operator.floordiv,
    functions.CleanDiv: operator.floordiv,
    functions.Mod: operator.mod,
    functions.PythonMod: operator.mod,
    functions.Max: _folded(_larger),
    functions.Min: _folded(_smaller),
    functions.ToFloat: _to_float,
    functions.TruncToInt: _truncated,
    sympy.Eq: operator.eq,
    sympy.Ne: operator.ne,
    sympy.Lt: operator.lt,
    sympy.Le: operator.le,
    sympy.Gt: operator.gt,
    sympy.Ge: operator.ge,
    sympy.And: _folded(operator.and_),
    sympy.Or: _folded(operator.or_),
}
