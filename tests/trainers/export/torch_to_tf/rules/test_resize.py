import itertools

from torch.nn import functional as F

SIZES = [
    {"size": (12, 16)},
    {"size": (3, 4)},
    {"size": (7, 5)},
    {"size": 9},
    {"scale_factor": 2},
    {"scale_factor": (1.7, 0.6)},
]


def resizes(mode: str, **options: bool) -> dict[str, object]:
    return {
        f"{mode} {size} {options}": lambda x, size=size: F.interpolate(x, **size, mode=mode, **options)
        for size in SIZES
    }


def test_nearest_resizing_equals_torch(check_functions) -> None:
    check_functions({**resizes("nearest"), **resizes("nearest-exact")})


def test_bilinear_and_bicubic_resizing_equal_torch(check_functions) -> None:
    functions = {}
    for mode, align_corners, antialias in itertools.product(["bilinear", "bicubic"], [False, True], [False, True]):
        functions |= resizes(mode, align_corners=align_corners, antialias=antialias)
    check_functions(functions)


def test_scale_factor_that_is_computed_again_equals_torch(check_functions) -> None:
    check_functions(
        {"bilinear": lambda x: F.interpolate(x, scale_factor=1.7, mode="bilinear", recompute_scale_factor=True)}
    )
