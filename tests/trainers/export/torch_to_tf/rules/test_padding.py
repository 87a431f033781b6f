import pytest
from drawn_options import FLOATS, RANKS, Function, Shape, at_rank, one_of, options, shapes
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


def test_every_option_of_padding_equals_torch(check_generated) -> None:
    check_generated(PADDINGS, padding, shapes=shapes([1, 2, 3], 1, 7), refused=refused)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: F.pad(x, (0, 0, 0, 0, 0, 0, 1, 1)), "pads the batch axis"),
        (lambda x: F.pad(x.long(), (1, 1)).float(), "`input` holds integers"),
    ],
)
def test_padding_that_is_not_carried_is_refused(refusal, function, reason: str) -> None:
    assert reason in refusal(function)
