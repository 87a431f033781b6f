from torch import nn


def test_transposed_convolutions_equal_torch(check_functions) -> None:
    options = [
        {"stride": 1, "padding": 0},
        {"stride": 2, "padding": 1},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"stride": (3, 2), "padding": (0, 1), "output_padding": (2, 0)},
        {"stride": 2, "padding": 0, "output_padding": 1, "bias": False},
    ]
    check_functions({str(option): nn.ConvTranspose2d(4, 5, (3, 2), **option) for option in options})


def test_grouped_or_dilated_transposed_convolution_is_refused(refusal) -> None:
    assert "transposed" in refusal(nn.ConvTranspose2d(4, 4, 3, groups=2))
    assert "transposed" in refusal(nn.ConvTranspose2d(4, 4, 3, dilation=2))
