"""Geometric operations as affine maps from output to input pixels, whose centres have whole coordinates."""

import numpy as np
import numpy.typing as npt

from trainers.augmentation.draw import Floats

GEOMETRY = ("shear_x", "shear_y", "translate_x", "translate_y", "rotate")


def affine_matrices(operation: str, amounts_G: npt.NDArray[np.float64], *, height: int, width: int) -> Floats:
    """Return one map for each image, float32 [G, 6]; see `OperationGroup.amounts`.

    Args:
        operation: One of `GEOMETRY`. Shears leave the top left corner where it is, as in Pillow; rotations the centre.
        amounts_G: Shear in pixels a pixel, translation as a share of the side, rotation in radians, clockwise.
        height: Of the images, pixels.
        width: Of the images, pixels.
    """
    matrices_G6 = np.tile(np.array([1, 0, 0, 0, 1, 0], np.float64), (len(amounts_G), 1))
    if operation == "rotate":
        cosines_G, sines_G = np.cos(amounts_G), np.sin(amounts_G)
        center_x, center_y = (width - 1) / 2, (height - 1) / 2
        matrices_G6[:, 0] = matrices_G6[:, 4] = cosines_G
        matrices_G6[:, 1], matrices_G6[:, 3] = sines_G, -sines_G
        matrices_G6[:, 2] = center_x - cosines_G * center_x - sines_G * center_y
        matrices_G6[:, 5] = center_y + sines_G * center_x - cosines_G * center_y
    else:
        column, scale = {"shear_x": (1, 1), "shear_y": (3, 1), "translate_x": (2, width), "translate_y": (5, height)}[
            operation
        ]
        matrices_G6[:, column] = amounts_G * scale
    return matrices_G6.astype(np.float32)
