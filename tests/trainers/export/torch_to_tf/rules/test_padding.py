from drawn_options import FLOATS, RANKS, Function, Shape, at_rank, one_of, options, shapes, table
from hypothesis import strategies as st
from torch.nn import functional as F

PADDINGS = options(
    rank=RANKS,
    # In pairs, the last axis first.
    pad=st.integers(1, 4).flatmap(lambda axes: st.lists(st.integers(-2, 4), min_size=2 * axes, max_size=2 * axes)),
    mode=one_of("constant", "constant", "reflect", "replicate", "circular"),
    value=st.none() | FLOATS,
)


def padding(shape: Shape, *, rank: int, pad: list[int], mode: str, value: float | None) -> Function:
    return lambda x: F.pad(at_rank(x, rank), pad, mode, value if mode == "constant" else None)


def refused(shape: Shape, options: dict) -> str | None:
    axes = len(options["pad"]) // 2
    if options["mode"] == "constant" and axes == options["rank"]:
        return "batch"
    return None


PADDING_CASES = {
    (2, 4, 6): table(
        "rank pad mode value",
        (4, [1, 3, -1, 0], "circular", None),
        (3, [0, 0, 1, -1], "circular", None),
        (5, [0, 3], "constant", -3.0),
        (2, [1, -1], "reflect", None),
        (3, [-2, -2, 3, 2], "replicate", None),
        (5, [0, 0, 1, 0, 2, -1, 3, 4], "constant", 0.4),
        (4, [4, 2, 3, -2, 1, 2], "constant", None),
        (3, [1, 4], "circular", 0.0),
        (3, [3, 1, 3, 1, 1, 1], "constant", None),
    ),
    (1, 5, 1): table(
        "rank pad mode value",
        (5, [1, 0, -1, -1, 4, 1, 0, -1], "constant", None),
        (3, [1, 4], "circular", 0.0),
        (4, [1, 1, 3, -2], "constant", -1.5),
        (2, [1, -1], "reflect", None),
        (5, [3, -1, -2, 2, 0, 0], "replicate", -2.9),
    ),
}


def test_every_option_of_padding_equals_torch(check_options) -> None:
    check_options(PADDINGS, padding, shapes=shapes([1, 2, 3], 1, 7), refused=refused, cases=PADDING_CASES)


def test_padding_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: F.pad(x, (0, 0, 0, 0, 0, 0, 1, 1)), "pads the batch axis"),
            (lambda x: F.pad(x.long(), (1, 1)).float(), "`input` holds integers"),
        ]
    )
