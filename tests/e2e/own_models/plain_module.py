"""A plain PyTorch module: the built-in loop trains it."""

import torch
from torch import nn


def build_model(*, num_classes: int, image_shape: tuple[int, int, int]) -> nn.Module:
    """Pixels, float32 [N, C, H, W], to logits, float32 [N, num_classes]."""
    channels = image_shape[2]
    return nn.Sequential(
        *_block(channels, 16),
        *_block(16, 32),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, num_classes),
    )


def _block(channels: int, width: int) -> list[nn.Module]:
    convolution = nn.Conv2d(channels, width, 3, padding=1, bias=False)
    torch.nn.init.kaiming_normal_(convolution.weight)
    return [convolution, nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
