import torch
from drawn_options import Function, Options, Shape, one_of, options, shapes, table
from hypothesis import strategies as st

BOUND = st.none() | st.integers(-6, 6)
SLICES = st.builds(slice, BOUND, BOUND, st.none() | st.integers(1, 3))
VALUES = {
    "number": lambda part: 0.5,
    "computed": lambda part: part * 2 + 1,
    "broadcast": lambda part: part.amax(-1, keepdim=True),
    "integers": lambda part: part.long(),
    "fixed": lambda part: torch.linspace(-1, 1, part.shape[-1]),
}
ASSIGNMENTS = options(index=st.lists(SLICES | st.integers(-3, 3), min_size=1, max_size=2), value=one_of(*VALUES))
WRITES = options(dim=st.integers(1, 3) | st.integers(-3, -1), start=BOUND, end=BOUND, index=st.integers(-4, 3))


def assignment(shape: Shape, *, index: list[object], value: str) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        changed, place = x.clone(), (slice(None), *index)
        changed[place] = VALUES[value](x[place])
        return changed

    return function


def written_slice(shape: Shape, *, dim: int, start: int | None, end: int | None, index: int) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        place = [slice(None)] * 4
        place[dim] = slice(start, end)
        changed = torch.slice_scatter(x, x[tuple(place)] * 3, dim, start, end)
        return torch.select_scatter(changed, x.select(dim, 0) - 1, dim, index)

    return function


def refused_assignment(shape: Shape, options: Options) -> str | None:
    part = torch.zeros(2, *shape)[(slice(None), *options["index"])]
    return None if part.numel() else "its result is empty"


def refused_write(shape: Shape, options: Options) -> str | None:
    extent = shape[options["dim"] - 1 if options["dim"] > 0 else options["dim"]]
    return None if range(extent)[options["start"] : options["end"]] else "its result is empty"


ASSIGNMENTS_CASES = {
    (4, 6, 5): table(
        "index value",
        ([slice(None, 3, 2), slice(3, -1, None)], "number"),
        ([slice(0, None, 3)], "broadcast"),
        ([0, 3], "integers"),
        ([1, slice(-3, None, None)], "fixed"),
        ([-3], "computed"),
        ([slice(None, -6, None), 1], "integers"),
    ),
    (3, 5, 3): table(
        "index value",
        ([slice(None, 3, 2), slice(3, -1, None)], "number"),
        ([slice(0, None, 3)], "broadcast"),
        ([0, 3], "integers"),
        ([1, slice(-3, None, None)], "fixed"),
        ([-3], "computed"),
    ),
}


def test_assignments_equal_torch(check_options) -> None:
    check_options(
        ASSIGNMENTS, assignment, shapes=shapes([3, 4], 3, 6), refused=refused_assignment, cases=ASSIGNMENTS_CASES
    )


WRITES_CASES = {
    (4, 6, 5): table(
        "dim start end index",
        (1, None, None, 0),
        (-1, -3, 6, 2),
        (-2, 3, -2, 3),
        (3, 0, 3, 1),
        (-3, 1, 6, -1),
        (1, None, 1, -3),
        (2, None, 4, -4),
        (1, 1, 5, -2),
        (-1, None, 0, 2),
    ),
    (3, 5, 3): table(
        "dim start end index",
        (1, None, None, 0),
        (-1, -3, 6, 2),
        (-3, None, -1, -1),
        (3, 0, 3, 1),
        (-2, 1, None, -2),
    ),
}


def test_writes_equal_torch(check_options) -> None:
    check_options(WRITES, written_slice, shapes=shapes([3, 4], 3, 6), refused=refused_write, cases=WRITES_CASES)


def test_assignment_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: torch.slice_scatter(x, x[:1], 0, 0, 1), "batch axis"),
            (lambda x: torch.select_scatter(x, x[0], 0, 0), "batch axis"),
        ]
    )
