import torch
from drawn_options import AXIS, RANKS, Function, Options, Shape, at_rank, image_axes, one_of, options, shapes, table
from hypothesis import strategies as st

COUNT = st.integers(1, 3)
CALLS = {
    "unsqueeze": lambda x, dim, count: x.unsqueeze(dim),
    "squeeze": lambda x, dim, count: x.squeeze(dim),
    "squeeze several": lambda x, dim, count: x.squeeze((dim, -1)),
    "flatten": lambda x, dim, count: x.flatten(dim),
    "flatten between": lambda x, dim, count: x.flatten(1, dim),
    "unflatten": lambda x, dim, count: x.unflatten(dim, (-1, count)),
    "view": lambda x, dim, count: x.reshape(x.shape[0], -1, count),
    "view of the batch": lambda x, dim, count: x.reshape(-1, count).reshape(x.shape[0], -1),
    "expand": lambda x, dim, count: x.mean(dim, keepdim=True).expand(x.shape),
    "expand new axis": lambda x, dim, count: x.expand(count, *x.shape).transpose(0, 1),
    "repeat": lambda x, dim, count: x.repeat(1, *[count] * (x.dim() - 1)),
    "repeat new axes": lambda x, dim, count: x.repeat(count, *[1] * x.dim()).transpose(0, 1),
    "tile": lambda x, dim, count: x.tile((2, count)),
    "repeat_interleave": lambda x, dim, count: x.repeat_interleave(count, dim),
    "diagonal": lambda x, dim, count: x.diagonal(count - 2, 1, -1),
    "triangle": lambda x, dim, count: x.tril(count - 2),
    "pixel_shuffle": lambda x, dim, count: torch.pixel_shuffle(x, count),
    "pixel_unshuffle": lambda x, dim, count: torch.pixel_unshuffle(x, count),
}
OPTIONS = options(name=one_of(*CALLS), rank=RANKS, dim=AXIS, count=COUNT)
FUNCTIONS = {
    "reshape into the batch": lambda x: x.reshape(-1, 6, 8).reshape(-1, 4, 6, 8),
    "flatten the batch": lambda x: x.flatten(0, 1).reshape(-1, 4 * 48),
    "expand to the batch": lambda x: x.mean(0).expand(x.shape[0], -1, -1, -1),
    "expand constant": lambda x: torch.arange(5.0).expand(x.shape[0], 5),
    "repeat for the batch": lambda x: torch.arange(5.0).reshape(1, 5).repeat(x.shape[0], 2),
    "squeeze what has no batch": lambda x: x + x.mean(0, keepdim=True).squeeze(),
    "number": lambda x: x + x.mean().reshape(1, 1).squeeze().unsqueeze(0),
}


def call(shape: Shape, *, name: str, rank: int, dim: int, count: int) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        result = CALLS[name](at_rank(x, rank), image_axes(dim, rank), count)
        return result if result.dim() > 1 else result[:, None]

    return function


CHANGES_OF_SHAPE_CASES = {
    (2, 4, 6): table(
        "name rank dim count",
        ("unsqueeze", 2, 1, 1),
        ("expand", 4, 2, 3),
        ("repeat", 3, -4, 2),
        ("pixel_unshuffle", 5, -1, 1),
        ("triangle", 3, -2, 1),
        ("unflatten", 4, 4, 1),
        ("flatten", 4, 3, 3),
        ("flatten between", 5, -3, 3),
        ("pixel_shuffle", 4, 2, 1),
        ("view", 4, 1, 2),
        ("view of the batch", 4, 1, 2),
        ("squeeze", 2, 1, 1),
        ("diagonal", 5, -2, 1),
        ("squeeze several", 4, 2, 1),
        ("repeat new axes", 2, -3, 1),
        ("repeat_interleave", 3, 4, 1),
        ("tile", 5, 4, 3),
        ("expand new axis", 5, -3, 2),
    ),
    (1, 1, 5): table(
        "name rank dim count",
        ("unsqueeze", 2, 1, 1),
        ("expand", 4, 2, 3),
        ("repeat", 3, -4, 2),
        ("pixel_unshuffle", 5, -1, 1),
        ("triangle", 3, -2, 1),
    ),
}


def refused(shape: Shape, options: Options) -> str | None:
    return "aten.diagonal.default" if options["name"] == "diagonal" else None


def test_changes_of_shape_equal_torch(check_options) -> None:
    check_options(OPTIONS, call, shapes=shapes([1, 2, 4, 9], 1, 6), refused=refused, cases=CHANGES_OF_SHAPE_CASES)


def test_changes_of_shape_with_the_batch_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_squeeze_of_every_axis_is_refused_since_it_drops_a_batch_of_one(refusal) -> None:
    assert "batch axis" in refusal(lambda x: x.mean((2, 3), keepdim=True).squeeze())


def test_result_with_two_batch_axes_is_refused(refusal) -> None:
    def outer(x: torch.Tensor) -> torch.Tensor:
        means = x.mean((1, 2, 3))
        return (means.unsqueeze(1) * means).unsqueeze(2)

    assert "2 extents of its result depend on the batch size" in refusal(outer)


def test_extents_that_are_no_multiples_of_the_batch_equal_torch(check_functions) -> None:
    check_functions(
        {
            "expand": lambda x: x.mean((1, 2, 3)).expand(x.shape[0] * x.shape[0], -1).sum(0)[:, None],
            "create": lambda x: torch.ones(x.shape[0] * x.shape[0]).sum() * x,
            "repeat": lambda x: x.repeat(x.shape[0], 1, 1, 1).sum(0, keepdim=True) + x,
        }
    )
