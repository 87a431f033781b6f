"""The heights and widths that an exported model takes where they are free.

torch.export follows the model once, with an example, and notes every condition on the sizes that its way depended on.
What the model computes at other sizes is known only where all of these conditions hold.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sympy

from trainers.export.image_sizes import ImageSizes
from trainers.export.torch_to_tf.errors import UnsupportedModelError
from trainers.export.torch_to_tf.expressions import evaluate, is_computable
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.program import Program

_DIVISORS = range(1, 257)
_EVERY_SIZE_BELOW_PIXELS = 1100
"""Conditions are tried at all sizes below this one, and at multiples of each divisor above."""
_LARGER_SIZES_PIXELS = (_EVERY_SIZE_BELOW_PIXELS, 3000, 20_000, 1_000_000)
_SHOWN_CONDITIONS = 4
_BATCH_SIZES_EXAMPLES = (1, 2, 3, 8)


def accepted_sizes(program: Program) -> ImageSizes | None:
    """Return the sizes at which the program computes what the model computes; None if its size is fixed.

    Raises:
        UnsupportedModelError: These are not all multiples of some number.
    """
    if not program.size_symbols:
        return None
    conditions = program.conditions
    symbols = {program.batch_symbol, *program.size_symbols}
    if all(is_computable(condition) and condition.free_symbols <= symbols for condition in conditions):
        pixels = _trial_sizes()
        holds = _holds(conditions, program, pixels)
        for divisor in _DIVISORS:
            least_pixels = _least_multiple(divisor, pixels, holds)
            if least_pixels is not None:
                return ImageSizes(divisor=divisor, least_pixels=least_pixels)
    raise UnsupportedModelError(
        "forward() takes another way, or fails, depending on height and width (a size written as a number, an `if` on "
        f"shape[2], padding to a multiple), so {NEEDS_FIXED_SIZE}. torch's conditions: "
        f"{'; '.join(str(condition) for condition in conditions[:_SHOWN_CONDITIONS])}"
    )


def _trial_sizes() -> npt.NDArray[np.int64]:
    larger = {-(-pixels // divisor) * divisor for divisor in _DIVISORS for pixels in _LARGER_SIZES_PIXELS}
    return np.array(sorted({*range(1, _EVERY_SIZE_BELOW_PIXELS), *larger}))


def _holds(conditions: Sequence[sympy.Basic], program: Program, pixels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return [H, W]: whether all conditions hold at each height and width, whatever the batch size."""
    holds_HW = np.ones((len(pixels), len(pixels)), bool)
    sizes = dict(zip(program.size_symbols, (pixels[:, None], pixels[None, :]), strict=False))
    for batch_size in _BATCH_SIZES_EXAMPLES:
        for condition in conditions:
            holds_HW &= evaluate(condition, {program.batch_symbol: batch_size, **sizes})
    return holds_HW


def _least_multiple(divisor: int, pixels: npt.NDArray[np.int64], holds_HW: npt.NDArray[np.bool_]) -> int | None:
    """Return the size from which on the conditions hold at all tried multiples of a divisor."""
    multiples = np.flatnonzero(pixels % divisor == 0)
    failures = np.argwhere(~holds_HW[np.ix_(multiples, multiples)])
    first = int(failures.min(axis=1).max()) + 1 if len(failures) else 0
    # Half of the sizes that were all tried have to be above it, or it may be a coincidence.
    least_pixels = int(pixels[multiples[first]]) if first < len(multiples) else _EVERY_SIZE_BELOW_PIXELS
    return least_pixels if least_pixels <= _EVERY_SIZE_BELOW_PIXELS // 2 else None
