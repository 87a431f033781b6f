"""What each rule makes of images whose height and width are known only when the graph runs."""

import pytest
import torch
from torch import nn
from torch.nn import functional


def test_windows(check_functions_at_free_size) -> None:
    check_functions_at_free_size(
        {
            "stride 1": nn.Conv2d(4, 5, 3, padding=1),
            "stride 2": nn.Conv2d(4, 5, 3, stride=2, padding=1),
            "same": nn.Conv2d(4, 5, (3, 5), padding="same"),
            "dilated": nn.Conv2d(4, 5, 3, dilation=2, padding=(2, 1)),
            "depthwise": nn.Conv2d(4, 8, 5, stride=2, padding=2, groups=4),
            "transposed": nn.ConvTranspose2d(4, 5, 3, stride=2, padding=1, output_padding=1),
            "maxima": nn.MaxPool2d(3, 2, 1),
            "maxima, ceil": nn.MaxPool2d(3, 2, ceil_mode=True),
            "maxima, dilated": nn.MaxPool2d(2, 2, dilation=2),
            "means": nn.AvgPool2d(3, 2, 1),
            "means, padding not counted": nn.AvgPool2d(3, 2, 1, count_include_pad=False),
            "means, ceil": nn.AvgPool2d(3, 2, ceil_mode=True),
            "means, ceil and padding": nn.AvgPool2d(4, 2, 1, ceil_mode=True),
            "means, ceil and padding not counted": nn.AvgPool2d(4, 2, 1, ceil_mode=True, count_include_pad=False),
            "means, other divisor": nn.AvgPool2d(3, 2, 1, divisor_override=5),
            "global mean": nn.AdaptiveAvgPool2d(1),
            "bins": nn.AdaptiveAvgPool2d((3, 5)),
            "bins of maxima": nn.AdaptiveMaxPool2d((2, 7)),
        }
    )


FACTORS = [(2, 3, 0.5), (2, 3, 0.5), (2, 1.05), (1.5, 0.5)]
"""For each mode; torch.export takes a second for each bilinear one, the others are in the nightly test below."""


def test_sizes_that_change(check_functions_at_free_size) -> None:
    modes = [{"mode": "nearest"}, {"mode": "nearest-exact"}, {"mode": "bilinear"}]
    modes += [{"mode": "bilinear", "align_corners": True}]
    factors = {
        f"{mode} by {factor}": lambda x, mode=mode, factor=factor: functional.interpolate(
            x, scale_factor=factor, **mode
        )
        for mode, chosen in zip(modes, FACTORS, strict=True)
        for factor in chosen
    }
    sizes = {
        f"{mode} to a size": lambda x, mode=mode: functional.interpolate(x, size=(7, 20), **mode) for mode in modes
    }
    pads = {mode: lambda x, mode=mode: functional.pad(x, (1, 2, 3, 0), mode) for mode in ("reflect", "replicate")}
    check_functions_at_free_size(
        {
            **factors,
            **sizes,
            **pads,
            "from one pixel": lambda x: functional.interpolate(x.mean((2, 3), True), x.shape[2:], mode="bilinear"),
            "constant": lambda x: functional.pad(x, (1, -2, 3, 0), value=2.0),
            "pixel shuffle": nn.PixelShuffle(2),
            "channel shuffle": nn.ChannelShuffle(2),
            "slices": lambda x: x[:, :, 1:-1, ::2],
            "slices to a size": lambda x: functional.pad(x, (0, 3, 0, 0))[..., : x.shape[3]],
            "one row": lambda x: x[:, :, -1],
            "flip": lambda x: x.flip(3),
        }
    )


@pytest.mark.nightly
def test_bilinear_resizing_by_other_factors(check_functions_at_free_size) -> None:
    check_functions_at_free_size(
        {
            f"by {factor}, aligned {aligned}": lambda x, factor=factor, aligned=aligned: functional.interpolate(
                x, scale_factor=factor, mode="bilinear", align_corners=aligned
            )
            for factor, aligned in [(1.5, False), (0.5, False), (2, True), (1.05, True)]
        }
    )


def test_statistics(check_functions_at_free_size) -> None:
    check_functions_at_free_size(
        {
            "batch norm": nn.BatchNorm2d(4),
            "group norm": nn.GroupNorm(2, 4),
            "instance norm": nn.InstanceNorm2d(4, affine=True),
            "layer norm of channels": lambda x: functional.layer_norm(x.permute(0, 2, 3, 1), (4,)),
            "layer norm of the image": lambda x: functional.layer_norm(x, x.shape[1:]),
            "sum": lambda x: x.sum((2, 3)),
            "variance": lambda x: x.var((2, 3)),
            "deviation": lambda x: x.std((1, 2, 3), correction=0, keepdim=True),
            "norm": lambda x: functional.normalize(x, dim=(1, 2, 3)),
            "largest": lambda x: x.flatten(2).max(-1).values,
            "position of the largest": lambda x: x.flatten(2).argmax(-1),
            "running sum": lambda x: x.cumsum(2),
            "softmax over pixels": lambda x: x.flatten(2).softmax(-1),
        }
    )


def test_values_beside_each_other(check_functions_at_free_size) -> None:
    linear = nn.Linear(4, 6)
    check_functions_at_free_size(
        {
            "broadcast": lambda x: x * x.mean(2, True) + x.amax((1, 3), True),
            "joined": lambda x: torch.cat([x, x.flip(1)], 1),
            "joined rows": lambda x: torch.cat([x, x], 2),
            "stacked": lambda x: torch.stack([x, x * 2], 2),
            "linear": lambda x: linear(x.permute(0, 2, 3, 1)),
            "attention": lambda x: functional.scaled_dot_product_attention(*[x.flatten(2).transpose(1, 2)] * 3),
            "products": lambda x: x @ x.transpose(2, 3),
            "expanded": lambda x: x.mean((2, 3), True).expand_as(x),
            "repeated": lambda x: x.repeat(1, 2, 3, 1),
            "ones": lambda x: torch.ones_like(x) + x.new_zeros(x.shape[2], 1),
            "chosen": lambda x: torch.where(x > 0, x, x.neg()),
        }
    )
