from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import nn

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def test_transposed_convolutions_equal_torch(check_functions) -> None:
    options = [
        {"stride": 1, "padding": 0},
        {"stride": 2, "padding": 1},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"stride": (3, 2), "padding": (0, 1), "output_padding": (2, 0)},
        {"stride": 2, "padding": 0, "output_padding": 1, "bias": False},
    ]
    check_functions({str(option): nn.ConvTranspose2d(4, 5, (3, 2), **option) for option in options})


# The fixture only holds functions: it may serve every example.
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kernel=PAIRS,
    stride=PAIRS,
    dilation=PAIRS,
    padding=st.integers(0, 2),
    extra=st.integers(0, 2),
    groups=st.sampled_from([1, 2, 4]),
)
def test_transposed_convolutions_with_groups_and_dilation_equal_torch(
    check_functions, *, kernel, stride, dilation, padding: int, extra: int, groups: int
) -> None:
    assume(all(extra < max(step, spread) for step, spread in zip(stride, dilation, strict=True)))
    extents = [
        (size - 1) * step - 2 * padding + spread * (width - 1) + extra + 1
        for size, step, spread, width in zip((6, 8), stride, dilation, kernel, strict=True)
    ]
    assume(min(extents) > 0)
    module = nn.ConvTranspose2d(
        4, 8, kernel, stride=stride, dilation=dilation, padding=padding, output_padding=extra, groups=groups
    )
    check_functions({"generated": module})
