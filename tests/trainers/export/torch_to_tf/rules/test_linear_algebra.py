import torch
from drawn_options import FLOATS, Function, Options, Shape, for_each_image, one_of, options, shapes, table
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F


def ramp(*extents: int) -> torch.Tensor:
    return torch.linspace(-1, 1, torch.Size(extents).numel()).reshape(extents)


# All fit to each other or not: torch says which. K is 6.
LEFT = {
    "images": lambda x: x,
    "matrix": lambda x: x[:, 0, 0],
    "five axes": lambda x: x.unsqueeze(1),
    "one channel": lambda x: x[:, :1],
    "vector": lambda x: x.mean((0, 1, 2)),
    "fixed matrix": lambda x: ramp(3, x.shape[3]),
    "fixed batch": lambda x: ramp(x.shape[1], 2, x.shape[3]),
    "fixed vector": lambda x: ramp(x.shape[3]),
}
RIGHT = {
    "transposed": lambda x: x.transpose(2, 3),
    "transposed channel": lambda x: x[:, 1:2].mT,
    "vector": lambda x: x.mean((0, 1, 2)),
    "fixed matrix": lambda x: ramp(x.shape[3], 3),
    "fixed batch": lambda x: ramp(x.shape[1], x.shape[3], 2),
    "fixed batch of one": lambda x: ramp(1, x.shape[3], 3),
    "fixed vector": lambda x: ramp(x.shape[3]),
}
PRODUCTS = options(left=one_of(*LEFT), right=one_of(*RIGHT))
# Of images nchw, of tensors of the same extents where an n stands first, and of fixed ones.
EQUATIONS = """
    nchw,cd->ndhw nchw,cd->nhwd nchw->nwhc nchw->nc nchw,c->nhw nchw,cd nchw,nchw->n nchw,ndhw->ncd nchw,nchv->ncwv
    ...w,wv->...v n...,n...->n... nchw,mchw->nm nchw,hw->nc nchw,wh->nc cd,nchw->nd
    nchw,nkhw->nckhw
""".split()
ADDITIONS = {
    "addmm": lambda x, **factors: torch.addmm(ramp(3), x[:, 0, 0], ramp(x.shape[3], 3), **factors),
    "addmm of values": lambda x, **factors: torch.addmm(
        x[:, 0, 0], x[:, 0, 0], ramp(x.shape[3], x.shape[3]), **factors
    ),
    "baddbmm": lambda x, **factors: torch.baddbmm(x[:, 0, :, :1], x[:, 0], x[:, 0].mT, **factors),
}
SUMS = options(name=one_of(*ADDITIONS), beta=FLOATS, alpha=FLOATS)
LINEAR = options(rank=one_of(2, 3, 4, 5), out_features=st.integers(1, 5), bias=st.booleans())


def product(shape: Shape, *, left: str, right: str) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        result = LEFT[left](x) @ RIGHT[right](x)
        if result.dim() and result.shape[0] == x.shape[0] and "fixed" not in left:
            return result.reshape(x.shape[0], -1)
        return for_each_image(result, x)

    return function


def refused(shape: Shape, options: Options) -> str | None:
    if options["left"].startswith("fixed") and options["right"].startswith("fixed"):
        return "does not depend on the input"
    batch_size = 17
    images = torch.zeros(batch_size, *shape)
    result = LEFT[options["left"]](images) @ RIGHT[options["right"]](images)
    if 0 in (*result.shape, *RIGHT[options["right"]](images).shape):
        return "its result is empty"
    return "2 extents of its result depend on the batch size" if result.shape.count(batch_size) > 1 else None


def linear(shape: Shape, *, rank: int, **others: object) -> Function:
    channels, height, width = shape
    extent = {2: channels * height * width, 3: height * width}.get(rank, width)
    view = (lambda x: x[:, None]) if rank == 5 else (lambda x: x.flatten(rank - 1) if rank < 4 else x)

    class Linear(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(extent, **others)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.linear(view(images))

    return Linear()


def einsum(shape: Shape, *, equation: str) -> Function:
    extents = dict(zip("chw", shape, strict=True)) | {"d": 3, "e": 2, "v": 2, "m": 2}
    terms = equation.partition("->")[0].split(",")

    def operand(x: torch.Tensor, term: str) -> torch.Tensor:
        return x if term[0] in "n." else ramp(*(extents[letter] for letter in term))

    return lambda x: torch.einsum(equation, *(operand(x * 0.9, term) for term in terms)).reshape(x.shape[0], -1)


PRODUCTS_CASES = {
    (2, 5, 4): table(
        "left right",
        ("images", "transposed"),
        ("fixed vector", "fixed vector"),
        ("fixed batch", "transposed channel"),
        ("vector", "vector"),
        ("five axes", "fixed matrix"),
        ("matrix", "fixed vector"),
        ("images", "fixed batch"),
        ("fixed matrix", "transposed"),
        ("one channel", "transposed"),
        # TensorFlow's own product of these writes beyond its memory.
        ("one channel", "fixed matrix"),
        ("one channel", "fixed batch of one"),
        ("five axes", "transposed channel"),
    ),
    (1, 5, 1): table(
        "left right",
        ("images", "transposed"),
        ("fixed vector", "fixed vector"),
        ("fixed batch", "transposed channel"),
        ("vector", "vector"),
        ("five axes", "fixed matrix"),
    ),
}


def test_products_equal_torch(check_options) -> None:
    check_options(PRODUCTS, product, shapes=shapes([1, 2, 3], 1, 5), refused=refused, cases=PRODUCTS_CASES)


EINSUM_CASES = {
    (2, 5, 4): table(
        "equation",
        ("nchw,cd->ndhw",),
        ("nchw,nkhw->nckhw",),
        ("cd,nchw->nd",),
        ("nchw,wh->nc",),
        ("nchw,c->nhw",),
        ("nchw->nwhc",),
        ("nchw,nchv->ncwv",),
        ("nchw,ndhw->ncd",),
        ("nchw,cd->nhwd",),
        ("nchw->nc",),
        ("nchw,mchw->nm",),
        ("nchw,nchw->n",),
        ("n...,n...->n...",),
        ("nchw,hw->nc",),
        ("...w,wv->...v",),
    ),
    (1, 5, 1): table(
        "equation",
        ("nchw,cd->ndhw",),
        ("nchw,nkhw->nckhw",),
        ("cd,nchw->nd",),
        ("nchw,wh->nc",),
        ("nchw,c->nhw",),
    ),
}


def test_einsum_equals_torch(check_options) -> None:
    check_options(options(equation=one_of(*EQUATIONS)), einsum, shapes=shapes([1, 2, 3], 1, 5), cases=EINSUM_CASES)


PRODUCTS_WITH_AN_ADDEND_CASES = {
    (2, 8, 3): table(
        "name beta alpha",
        ("addmm", 0.0, 0.0),
        ("baddbmm", 2.5, 2.2),
        ("addmm of values", -1.5, -1.9),
    ),
    (1, 5, 1): table(
        "name beta alpha",
        ("addmm", 0.0, 0.0),
        ("baddbmm", 2.5, 2.2),
        ("addmm of values", -1.5, -1.9),
    ),
}


def test_products_with_an_addend_equal_torch(check_options) -> None:
    check_options(
        SUMS,
        lambda shape, name, **factors: lambda x: ADDITIONS[name](x, **factors),
        cases=PRODUCTS_WITH_AN_ADDEND_CASES,
    )


LINEAR_LAYERS_CASES = {
    (2, 8, 3): table(
        "rank out_features bias",
        (2, 1, False),
        (4, 4, True),
        (5, 5, False),
        (3, 3, True),
        (4, 2, False),
    ),
    (1, 5, 1): table(
        "rank out_features bias",
        (2, 1, False),
        (4, 4, True),
        (5, 5, False),
        (3, 3, True),
        (4, 2, False),
    ),
}


def test_linear_layers_equal_torch(check_options) -> None:
    check_options(LINEAR, linear, cases=LINEAR_LAYERS_CASES)


def test_products_in_other_words_equal_torch(check_functions) -> None:
    nan = torch.full((3,), float("nan"))
    check_functions(
        {
            "linear of a computed weight": lambda x: F.linear(x, x.mean((0, 1))),
            "addmm that ignores NaN": lambda x: torch.addmm(nan, x[:, 0, 0], ramp(8, 3), beta=0),
            "outer": lambda x: torch.outer(x.flatten(1).mean(1), ramp(3)),
            "tensordot": lambda x: torch.tensordot(x, ramp(8, 6, 3), ([3, 2], [0, 1])),
        }
    )


def test_product_of_integers_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.long() @ torch.ones(8, 3, dtype=torch.long), "holds integers"),
            (lambda x: torch.mm(x[:, 0, 0].long(), torch.ones(8, 3, dtype=torch.long)).float(), "holds integers"),
            (lambda x: F.linear(x.long(), torch.ones(3, 8, dtype=torch.long)).float(), "holds integers"),
        ]
    )
