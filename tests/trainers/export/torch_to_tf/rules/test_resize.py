from drawn_options import POSITIVE, Function, Options, Shape, one_of, options, shapes, table
from hypothesis import strategies as st
from torch.nn import functional as F

EXTENTS = st.integers(1, 14)
FACTORS = POSITIVE.filter(lambda factor: factor >= 0.3)
RESIZES = options(
    mode=one_of("nearest", "nearest-exact", "bilinear", "bicubic", "area"),
    size=EXTENTS | st.tuples(EXTENTS, EXTENTS),
    scale_factor=st.none() | FACTORS | st.tuples(FACTORS, FACTORS),
    align_corners=st.booleans(),
    antialias=st.booleans(),
    recompute_scale_factor=st.none() | st.booleans(),
)
SEQUENCE_RESIZES = options(
    mode=one_of("nearest", "nearest-exact", "linear", "area"), size=EXTENTS, align_corners=st.booleans()
)


def arguments(*, mode: str, align_corners: bool, antialias: bool = False, **others: object) -> Options:
    # torch takes these of some modes only.
    if mode in ("linear", "bilinear", "bicubic"):
        others["align_corners"] = align_corners
    return {**others, "mode": mode, "antialias": antialias and mode in ("bilinear", "bicubic")}


def resize(shape: Shape, *, size: object, scale_factor: object, recompute_scale_factor: object, **others) -> Function:
    if scale_factor is None:
        return lambda x: F.interpolate(x, size, **arguments(**others))
    scale = {"scale_factor": scale_factor, "recompute_scale_factor": recompute_scale_factor}
    return lambda x: F.interpolate(x, **scale, **arguments(**others))


RESIZING_CASES = {
    (3, 6, 4): table(
        "mode size scale_factor align_corners antialias recompute_scale_factor",
        ("area", (13, 1), (2.8, 3.0), True, False, None),
        ("nearest-exact", 14, 3.0, False, True, False),
        ("nearest", 1, None, True, False, True),
        ("bicubic", (12, 12), (2.0, 2.0), True, True, False),
        ("bilinear", (5, 11), (3.0, 3.9), False, False, True),
    ),
    (1, 5, 1): table(
        "mode size scale_factor align_corners antialias recompute_scale_factor",
        ("area", (13, 1), (2.8, 3.0), True, False, None),
        ("nearest-exact", 14, 3.0, False, True, False),
        ("nearest", 1, None, True, False, True),
        ("bicubic", (12, 12), (2.0, 2.0), True, True, False),
        ("bilinear", (5, 11), (3.0, 3.9), False, False, True),
    ),
}


def test_every_option_of_resizing_equals_torch(check_options) -> None:
    check_options(RESIZES, resize, shapes=shapes([1, 3], 1, 9), cases=RESIZING_CASES)


RESIZING_SEQUENCES_CASES = {
    (2, 8, 3): table(
        "mode size align_corners",
        ("nearest", 1, False),
        ("linear", 10, True),
        ("area", 13, False),
        ("nearest-exact", 13, False),
    ),
    (1, 5, 1): table(
        "mode size align_corners",
        ("nearest", 1, False),
        ("linear", 10, True),
        ("area", 13, False),
        ("nearest-exact", 13, False),
    ),
}


def test_every_option_of_resizing_sequences_equals_torch(check_options) -> None:
    check_options(
        SEQUENCE_RESIZES,
        lambda shape, **others: lambda x: F.interpolate(x.flatten(2), **arguments(**others)),
        cases=RESIZING_SEQUENCES_CASES,
    )


def test_nearest_resizing_rounds_as_torch_does_for_large_images(check_functions) -> None:
    check_functions({"by 2.3": lambda x: F.interpolate(x, scale_factor=2.3)}, (1, 56, 2))


def test_resizing_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: F.interpolate(x.transpose(0, 2), scale_factor=2), "height or width depends on the batch size"),
            (lambda x: F.interpolate(x.byte(), scale_factor=2).float(), "`input` holds integers"),
        ]
    )
