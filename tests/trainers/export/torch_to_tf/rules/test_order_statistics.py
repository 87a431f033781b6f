import torch

DISTINCT = torch.arange(4 * 6 * 8).reshape(4, 6, 8) * 1e-3
FUNCTIONS = {
    "median of an even number": lambda x: x.median(2).values,
    "median of an odd number": lambda x: x[:, :3].median(1).values,
    "position of the median": lambda x: x.median(3, keepdim=True).indices,
    "median with something not a number": lambda x: x.abs().log().clamp(0).median(3).values,
    "kthvalue": lambda x: x.kthvalue(3, 2).values,
    "position of kthvalue": lambda x: x.kthvalue(2, -1, keepdim=True).indices,
    "quantile": lambda x: x.quantile(0.3, 3),
    "nearest quantile": lambda x: x.quantile(0.3, 3, keepdim=True, interpolation="nearest"),
    "quantiles": lambda x: x.quantile(torch.tensor([0.1, 0.5]), 2).transpose(0, 1),
}


def test_order_statistics_equal_torch(check_functions) -> None:
    check_functions(
        {name: lambda x, function=function: function(x * 1.37 + DISTINCT) for name, function in FUNCTIONS.items()}
    )


def test_order_statistic_that_is_not_carried_is_refused(check_refused) -> None:
    check_refused(
        [
            (lambda x: x - x.median(), "no rule"),
            (lambda x: x.median(0).values, "batch axis"),
            (lambda x: x.mode(1).values, "no rule"),
        ]
    )
