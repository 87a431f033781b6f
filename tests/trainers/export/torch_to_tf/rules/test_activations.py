import torch
from torch.nn import functional as F

ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "silu": F.silu,
    "mish": F.mish,
    "gelu": F.gelu,
    "gelu tanh": lambda x: F.gelu(x, approximate="tanh"),
    "elu": F.elu,
    "elu alpha": lambda x: F.elu(x, alpha=0.3),
    "leaky_relu": F.leaky_relu,
    "leaky_relu steep": lambda x: F.leaky_relu(x, 1.5),
    "leaky_relu negative": lambda x: F.leaky_relu(x, -0.5),
    "softplus": F.softplus,
    "softplus threshold": lambda x: F.softplus(x, beta=2, threshold=1),
    "hardtanh": F.hardtanh,
    "hardtanh 0 to 6": lambda x: F.hardtanh(x, 0, 6),
    "hardtanh own": lambda x: F.hardtanh(x, -0.5, 2.5),
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "in place": lambda x: F.relu_(x * 2),
}
THROUGH_DECOMPOSITION = {
    "selu": F.selu,
    "celu": lambda x: F.celu(x, alpha=0.7),
    "log_sigmoid": F.logsigmoid,
    "hardshrink": F.hardshrink,
    "softshrink": lambda x: F.softshrink(x, 0.8),
    "threshold": lambda x: F.threshold(x, 0.5, -2.0),
    "tanhshrink": F.tanhshrink,
    "softsign": F.softsign,
    "glu": lambda x: F.glu(x, dim=1),
    "prelu": lambda x: F.prelu(x, torch.tensor([0.1, -0.2, 0.3, 1.5])),
}


def test_activations_equal_torch(check_functions) -> None:
    check_functions(ACTIVATIONS)


def test_activations_without_a_rule_go_through_torchs_decomposition(check_functions) -> None:
    check_functions(THROUGH_DECOMPOSITION)


def test_activation_of_integers_is_refused(refusal) -> None:
    assert "holds integers" in refusal(lambda x: F.relu(x.long()))
