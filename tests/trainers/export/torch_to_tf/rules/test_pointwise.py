import torch
from drawn_options import RANKS, Function, Shape, at_rank, one_of, options, table
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
WITHOUT_A_RULE = ("i0", "digamma", "signbit")


def function_of(shape: Shape, *, name: str, rank: int, domain: str) -> Function:
    return lambda x: getattr(torch, name)(DOMAINS[domain](at_rank(x, rank)))


FUNCTIONS_CASES = {
    (2, 8, 3): table(
        "name rank domain",
        ("exp", 2, "all"),
        ("atan", 5, "small integers"),
        ("rsqrt", 4, "positive"),
        ("tan", 3, "small"),
        ("abs", 2, "integers"),
        ("sigmoid", 5, "small integers"),
        ("nan_to_num", 2, "all"),
        ("neg", 3, "all"),
        ("frac", 5, "all"),
        ("sqrt", 5, "positive"),
        ("log", 2, "positive"),
        ("floor", 2, "all"),
        ("exp2", 2, "all"),
        ("atanh", 2, "small"),
        ("sinh", 2, "small"),
        ("logit", 2, "small"),
        ("asin", 2, "small"),
        ("cosh", 2, "small"),
        ("reciprocal", 2, "positive"),
        ("isfinite", 2, "all"),
        ("ceil", 2, "all"),
        ("acosh", 3, "positive"),
        ("log1p", 5, "positive"),
        ("log2", 3, "positive"),
        ("lgamma", 5, "positive"),
        ("round", 3, "small integers"),
        ("sin", 2, "small integers"),
        ("tanh", 3, "all"),
        ("erf", 5, "all"),
        ("isnan", 5, "all"),
        ("digamma", 2, "positive"),
        ("expm1", 4, "all"),
        ("erfc", 2, "all"),
        ("sin", 3, "all"),
        ("cos", 5, "all"),
        ("atan", 4, "all"),
        ("sigmoid", 2, "all"),
        ("round", 3, "all"),
        ("sign", 5, "all"),
        ("abs", 4, "all"),
        ("square", 2, "all"),
        ("asinh", 3, "all"),
        ("sinc", 5, "all"),
        ("trunc", 4, "all"),
        ("deg2rad", 2, "all"),
        ("rad2deg", 3, "all"),
        ("relu", 5, "all"),
        ("positive", 4, "all"),
        ("isinf", 2, "all"),
        ("signbit", 3, "all"),
        ("sgn", 5, "all"),
        ("log10", 4, "positive"),
        ("erfinv", 2, "small"),
        ("acos", 3, "small"),
        ("neg", 4, "integers"),
        ("square", 4, "integers"),
        ("sign", 4, "integers"),
        ("floor", 4, "integers"),
        ("exp", 4, "integers"),
    ),
    (1, 5, 1): table(
        "name rank domain",
        ("exp", 2, "all"),
        ("atan", 5, "small integers"),
        ("rsqrt", 4, "positive"),
        ("tan", 3, "small"),
        ("abs", 2, "integers"),
    ),
}


def test_functions_equal_torch(check_options) -> None:
    check_options(
        FUNCTIONS,
        function_of,
        refused=lambda shape, options: "no rule" if options["name"] in WITHOUT_A_RULE else None,
        cases=FUNCTIONS_CASES,
    )


def test_rounding_to_decimals_is_refused(refusal) -> None:
    assert "no rule" in refusal(lambda x: torch.round(x, decimals=1))


def test_negation_of_a_small_integer_type_is_refused(refusal) -> None:
    assert "convert with .float() first" in refusal(lambda x: torch.neg(x.to(torch.int8)))
