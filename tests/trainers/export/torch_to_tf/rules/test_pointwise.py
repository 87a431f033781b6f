import pytest
import torch

FUNCTIONS = {
    name: getattr(torch, name)
    for name in "exp expm1 erf erfc sin cos atan tanh sigmoid floor ceil round sign abs neg square".split()
}
ON_POSITIVE = {
    name: lambda x, name=name: getattr(torch, name)(x.abs() + 0.1) for name in "log log1p sqrt rsqrt reciprocal".split()
}
ON_SMALL = {name: lambda x, name=name: getattr(torch, name)(x / 8) for name in "tan sinh cosh".split()}
THROUGH_DECOMPOSITION = {
    "log2": lambda x: torch.log2(x.abs() + 0.1),
    "frac": torch.frac,
    "exp2": torch.exp2,
}


def test_functions_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS | ON_POSITIVE | ON_SMALL)


def test_functions_of_integers_equal_torch(check_functions) -> None:
    check_functions({name: lambda x, name=name: getattr(torch, name)(x.long()) for name in ("abs", "neg", "square")})


@pytest.mark.parametrize("name", ["exp", "floor", "sigmoid"])
def test_floating_function_of_integers_is_refused(refusal, name: str) -> None:
    assert "holds integers" in refusal(lambda x: getattr(torch, name)(x.long()))


def test_negation_of_a_small_integer_type_is_refused(refusal) -> None:
    assert "convert with .float() first" in refusal(lambda x: torch.neg(x.to(torch.int8)))
