import numpy as np
import pytest

from trainers.augmentation.geometry import affine_matrices


@pytest.mark.parametrize(
    ("operation", "amount", "point", "source"),
    [
        ("shear_x", 0.5, (1, 2), (2, 2)),
        ("shear_y", 0.5, (2, 1), (2, 2)),
        ("translate_x", 0.25, (1, 2), (3, 2)),
        ("translate_y", 0.5, (1, 2), (1, 4)),
        ("rotate", np.pi, (0, 0), (7, 3)),
        ("rotate", np.pi / 2, (3.5, 1.5), (3.5, 1.5)),
    ],
)
def test_a_map_leads_from_an_output_pixel_to_its_source(
    operation: str, amount: float, point: tuple[float, float], source: tuple[float, float]
) -> None:
    ((a, b, c, d, e, f),) = affine_matrices(operation, np.array([amount]), height=4, width=8)
    x, y = point
    assert (a * x + b * y + c, d * x + e * y + f) == pytest.approx(source, abs=1e-5)
