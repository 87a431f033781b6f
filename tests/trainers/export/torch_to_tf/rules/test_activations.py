import pytest
import torch
from drawn_options import FLOATS, POSITIVE, Function, Shape, one_of, options
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


def test_activations_equal_torch(check_generated) -> None:
    check_generated(ACTIVATIONS, activation)


def test_parametric_relu_equals_torch(check_generated) -> None:
    check_generated(SLOPES, parametric)


@pytest.mark.parametrize("name", ["relu", "relu6", "gelu"])
def test_activation_of_integers_is_refused(refusal, name: str) -> None:
    assert "holds integers" in refusal(lambda x: getattr(F, name)(x.long()))


def test_random_slopes_are_refused(refusal) -> None:
    assert "draws random numbers" in refusal(lambda x: F.rrelu(x, training=True))
