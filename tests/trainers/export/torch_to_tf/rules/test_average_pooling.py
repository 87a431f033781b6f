import itertools

from torch import nn

SHAPE = (3, 9, 10)


def test_every_option_of_avg_pool_equals_torch(check_functions) -> None:
    options = itertools.product([2, (3, 2)], [None, 1, (2, 3)], [0, 1], [False, True], [False, True])
    check_functions(
        {
            f"kernel {kernel} stride {stride} padding {padding} ceil {ceil} counts padding {counted}": nn.AvgPool2d(
                kernel, stride, padding, ceil_mode=ceil, count_include_pad=counted
            )
            for kernel, stride, padding, ceil, counted in options
        },
        SHAPE,
    )


def test_own_divisor_equals_torch(check_functions) -> None:
    check_functions(
        {
            "plain": nn.AvgPool2d(3, divisor_override=4),
            "padded": nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False, divisor_override=2),
        },
        SHAPE,
    )


def test_adaptive_avg_pool_equals_torch(check_functions) -> None:
    sizes = [1, 3, (3, 5), (2, 4), (9, 10), (12, 7), (None, 3), (1, 4)]
    check_functions({f"to {size}": nn.AdaptiveAvgPool2d(size) for size in sizes}, SHAPE)
