import torch
from drawn_options import FLOATS, POSITIVE, Function, Shape, one_of, options, table
from hypothesis import strategies as st
from torch.nn import functional as F

PLAIN = "relu relu6 selu silu mish hardsigmoid hardswish logsigmoid tanhshrink softsign relu_ sigmoid tanh".split()
ACTIVATIONS = st.one_of(
    options(name=one_of(*PLAIN)),
    options(name=one_of("gelu"), approximate=one_of("none", "tanh")),
    options(name=one_of("elu"), alpha=FLOATS),
    options(name=one_of("celu"), alpha=FLOATS.filter(bool)),
    options(name=one_of("leaky_relu"), negative_slope=FLOATS),
    options(name=one_of("rrelu"), lower=st.just(-0.5), upper=POSITIVE),
    options(name=one_of("softplus"), beta=FLOATS.filter(bool), threshold=FLOATS),
    options(name=one_of("hardtanh"), min_val=FLOATS, max_val=FLOATS),
    options(name=one_of("hardtanh"), min_val=st.just(0.0), max_val=one_of(6.0, 6, 1)),
    options(name=one_of("hardshrink"), lambd=FLOATS),
    options(name=one_of("softshrink"), lambd=POSITIVE),
    options(name=one_of("threshold"), threshold=FLOATS, value=FLOATS),
    options(name=one_of("glu"), dim=st.integers(-3, 3).filter(bool)),
)
SLOPES = options(count=one_of("one", "channels"), first=FLOATS, rank=one_of(2, 3, 4))


def activation(shape: Shape, *, name: str, **others: object) -> Function:
    return lambda x: getattr(F, name)(x * 1.0, **others)


def parametric(shape: Shape, *, count: str, first: float, rank: int) -> Function:
    def function(x: torch.Tensor) -> torch.Tensor:
        x = x if rank == 4 else x.flatten(rank - 1)
        slopes = 1 if count == "one" else x.shape[1]
        return F.prelu(x, torch.linspace(first, 0.7, slopes))

    return function


ACTIVATIONS_CASES = {
    (2, 8, 3): [
        {"name": "softplus", "beta": -0.8, "threshold": -1.5},
        {"name": "rrelu", "lower": -0.5, "upper": 2.4},
        {"name": "hardtanh", "min_val": 0.0, "max_val": 6.0},
        {"name": "threshold", "threshold": 1.7, "value": -1.2},
        {"name": "softshrink", "lambd": 1.1},
        {"name": "elu", "alpha": 3.0},
        {"name": "gelu", "approximate": "none"},
        {"name": "hardshrink", "lambd": 0.0},
        {"name": "celu", "alpha": -0.2},
        {"name": "glu", "dim": 1},
        {"name": "hardtanh", "min_val": -2.1, "max_val": -2.0},
        {"name": "leaky_relu", "negative_slope": 1.8},
        {"name": "relu"},
        {"name": "hardshrink", "lambd": -0.6},
        {"name": "elu", "alpha": 0.0},
        {"name": "hardtanh", "min_val": 0.0, "max_val": 6},
        {"name": "tanhshrink"},
        {"name": "hardtanh", "min_val": 0.0, "max_val": 0.0},
        {"name": "gelu", "approximate": "tanh"},
        {"name": "glu", "dim": -3},
        {"name": "sigmoid"},
        {"name": "mish"},
        {"name": "logsigmoid"},
        {"name": "glu", "dim": -2},
        {"name": "softplus", "beta": 1.3, "threshold": -2.8},
        {"name": "hardsigmoid"},
        {"name": "threshold", "threshold": 1.7, "value": 1.7},
        {"name": "hardtanh", "min_val": 0.0, "max_val": 1},
        {"name": "hardtanh", "min_val": 0.7, "max_val": 1.3},
        {"name": "leaky_relu", "negative_slope": -0.2},
    ],
    (1, 5, 1): [
        {"name": "softplus", "beta": -0.8, "threshold": -1.5},
        {"name": "rrelu", "lower": -0.5, "upper": 2.4},
        {"name": "hardtanh", "min_val": 0.0, "max_val": 6.0},
        {"name": "threshold", "threshold": 1.7, "value": -1.2},
        {"name": "softshrink", "lambd": 1.1},
    ],
    (2, 8, 2): [
        {"name": "glu", "dim": 3},
    ],
}


def test_activations_equal_torch(check_options) -> None:
    check_options(ACTIVATIONS, activation, cases=ACTIVATIONS_CASES)


PARAMETRIC_RELU_CASES = {
    (2, 8, 3): table(
        "count first rank",
        ("one", 0.0, 2),
        ("channels", 2.5, 4),
        ("channels", -2.6, 3),
    ),
    (1, 5, 1): table(
        "count first rank",
        ("one", 0.0, 2),
        ("channels", 2.5, 4),
        ("channels", -2.6, 3),
    ),
}


def test_parametric_relu_equals_torch(check_options) -> None:
    check_options(SLOPES, parametric, cases=PARAMETRIC_RELU_CASES)


def test_activation_of_integers_is_refused(check_refused) -> None:
    names = ("relu", "relu6", "gelu")
    check_refused([(lambda x, name=name: getattr(F, name)(x.long()), "holds integers") for name in names])


def test_random_slopes_are_refused(refusal) -> None:
    assert "draws random numbers" in refusal(lambda x: F.rrelu(x, training=True))
