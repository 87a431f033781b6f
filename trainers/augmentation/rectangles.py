"""Rectangles of images, as masks."""

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


def rectangle_masks(
    *, tops_B: Integers, lefts_B: Integers, heights_B: Integers, widths_B: Integers, height: int, width: int
) -> npt.NDArray[np.bool_]:
    """Return which pixels are inside each image's rectangle, bool [B, height, width]; what sticks out is cut off."""
    rows_H, columns_W = np.arange(height), np.arange(width)
    in_rows_BH = (rows_H >= tops_B[:, None]) & (rows_H < (tops_B + heights_B)[:, None])
    in_columns_BW = (columns_W >= lefts_B[:, None]) & (columns_W < (lefts_B + widths_B)[:, None])
    return in_rows_BH[:, :, None] & in_columns_BW[:, None, :]
