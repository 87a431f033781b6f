from torch import nn

POOLS = {
    "max": nn.MaxPool3d((1, 2, 2)),
    "max, all options": nn.MaxPool3d(2, (1, 2, 1), 1, ceil_mode=True),
    "max, dilated": nn.MaxPool3d(2, 1, dilation=(1, 2, 3)),
    "mean": nn.AvgPool3d(2),
    "mean without padding": nn.AvgPool3d((2, 3, 3), 2, 1, ceil_mode=True, count_include_pad=False),
    "mean with padding": nn.AvgPool3d((2, 3, 3), (1, 2, 3), 1, ceil_mode=True),
    "mean, own divisor": nn.AvgPool3d(2, 1, 1, divisor_override=5),
    "bins of means": nn.AdaptiveAvgPool3d((2, 5, 3)),
    "one mean": nn.AdaptiveAvgPool3d(1),
    "bins of maxima": nn.AdaptiveMaxPool3d((1, 4, 3)),
}


def test_pooling_of_volumes_equals_torch(check_functions) -> None:
    check_functions({name: lambda x, pool=pool: pool(x.unflatten(1, (2, 2))) for name, pool in POOLS.items()})


def test_positions_of_maxima_are_refused(refusal) -> None:
    assert "only the first one is carried" in refusal(
        lambda x: nn.MaxPool3d(2, return_indices=True)(x.unflatten(1, (2, 2)))[1].float()
    )
