FUNCTIONS = {
    "sum": lambda x: x.cumsum(2),
    "sum of whole numbers": lambda x: x.long().cumsum(1),
    "sum of booleans": lambda x: (x > 0).cumsum(3),
    "product": lambda x: x.cumprod(-1),
    "product of whole numbers": lambda x: x.long().cumprod(2),
    "logarithm of the sum of exponentials": lambda x: x.logcumsumexp(2),
    "largest": lambda x: x.cummax(3).values,
    "smallest": lambda x: x.cummin(1).values,
}


def test_running_reductions_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_running_reduction_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x.cumsum(0), "batch axis"),
            (lambda x: x.cummax(1).indices, "only the first one is carried"),
            (lambda x: x.repeat(1, 1, 1, 200).logcumsumexp(3), "1600 positions"),
        ]
    )
