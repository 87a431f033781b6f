import torch
from drawn_options import RANKS, Function, Shape, at_rank, one_of, options
from hypothesis import strategies as st

EVERYWHERE = (
    "exp expm1 erf erfc sin cos atan tanh sigmoid floor ceil round sign abs neg square frac exp2 asinh sinc trunc "
    "deg2rad rad2deg relu positive isnan isinf isfinite signbit sgn nan_to_num i0"
).split()
ON_POSITIVE = "log log1p log2 log10 sqrt rsqrt reciprocal lgamma acosh digamma".split()
ON_SMALL = "tan sinh cosh erfinv atanh asin acos logit".split()
ON_INTEGERS = "abs neg square sign floor round exp sin sigmoid atan".split()
FUNCTIONS = st.one_of(
    options(name=one_of(*EVERYWHERE), rank=RANKS, domain=st.just("all")),
    options(name=one_of(*ON_POSITIVE), rank=RANKS, domain=st.just("positive")),
    options(name=one_of(*ON_SMALL), rank=RANKS, domain=st.just("small")),
    options(name=one_of(*ON_INTEGERS), rank=RANKS, domain=one_of("integers", "small integers")),
)
DOMAINS = {
    "all": lambda x: x,
    "positive": lambda x: x.abs() + 1.1,
    "small": lambda x: (x / 8).clamp(0.01, 0.99),
    "integers": lambda x: x.long(),
    "small integers": lambda x: x.int(),
}
WITHOUT_A_RULE = ("i0", "digamma")


def function_of(shape: Shape, *, name: str, rank: int, domain: str) -> Function:
    return lambda x: getattr(torch, name)(DOMAINS[domain](at_rank(x, rank)))


def test_functions_equal_torch(check_generated) -> None:
    check_generated(
        FUNCTIONS, function_of, refused=lambda shape, options: "no rule" if options["name"] in WITHOUT_A_RULE else None
    )


def test_rounding_to_decimals_is_refused(refusal) -> None:
    assert "no rule" in refusal(lambda x: torch.round(x, decimals=1))


def test_negation_of_a_small_integer_type_is_refused(refusal) -> None:
    assert "convert with .float() first" in refusal(lambda x: torch.neg(x.to(torch.int8)))
