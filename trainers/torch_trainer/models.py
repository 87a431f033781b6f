"""The built-in models in PyTorch; `trainers.models.architectures` describes them."""

from collections import OrderedDict

import torch
from torch import nn

from trainers.models.architectures import (
    BATCH_NORM_DECAY,
    BATCH_NORM_EPSILON,
    CNN_WIDTHS,
    RESNET_STAGES,
    RESNET_STEM_WIDTH,
)

ImageShape = tuple[int, int, int]


def cnn(*, num_classes: int, image_shape: ImageShape) -> nn.Module:
    """Build `cnn`: pixels float32 [N, C, H, W] to logits float32 [N, num_classes]."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    channels = image_shape[2]
    for index, width in enumerate(CNN_WIDTHS, start=1):
        if index > 1:
            parts[f"pool{index}"] = nn.MaxPool2d(2)
        parts[f"conv{index}"] = _Convolution(channels, width)
        parts[f"relu{index}"] = nn.ReLU()
        channels = width
    return _with_classifier(parts, channels, num_classes)


def resnet(*, num_classes: int, image_shape: ImageShape) -> nn.Module:
    """Build `resnet`: pixels float32 [N, C, H, W] to logits float32 [N, num_classes]."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    parts["stem"] = _Convolution(image_shape[2], RESNET_STEM_WIDTH)
    parts["stem_relu"] = nn.ReLU()
    channels = RESNET_STEM_WIDTH
    for stage_number, stage in enumerate(RESNET_STAGES, start=1):
        parts[f"stage{stage_number}_pool"] = nn.MaxPool2d(2)
        for block_number in range(1, stage.blocks + 1):
            parts[f"stage{stage_number}_block{block_number}"] = _ResidualBlock(channels, stage.width)
            channels = stage.width
    return _with_classifier(parts, channels, num_classes)


class _Convolution(nn.Module):
    """Convolution without bias, then batch normalisation."""

    def __init__(self, in_channels: int, out_channels: int, *, kernel_size: int = 3) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=False)
        self.norm = nn.BatchNorm2d(out_channels, eps=BATCH_NORM_EPSILON, momentum=1 - BATCH_NORM_DECAY)
        nn.init.kaiming_uniform_(self.conv.weight, nonlinearity="relu")

    def forward(self, features_NCHW: torch.Tensor) -> torch.Tensor:
        """Map [N, in_channels, H, W] to [N, out_channels, H, W]."""
        normalised_NCHW: torch.Tensor = self.norm(self.conv(features_NCHW))
        return normalised_NCHW


class _ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, in_channels: int, width: int) -> None:
        super().__init__()
        self.shortcut = nn.Identity() if in_channels == width else _Convolution(in_channels, width, kernel_size=1)
        self.first = _Convolution(in_channels, width)
        self.second = _Convolution(width, width)
        self.relu = nn.ReLU()

    def forward(self, features_NCHW: torch.Tensor) -> torch.Tensor:
        """Map [N, in_channels, H, W] to [N, width, H, W]."""
        branch_NCHW = self.second(self.relu(self.first(features_NCHW)))
        activated_NCHW: torch.Tensor = self.relu(branch_NCHW + self.shortcut(features_NCHW))
        return activated_NCHW


def _with_classifier(parts: OrderedDict[str, nn.Module], channels: int, num_classes: int) -> nn.Module:
    parts["average"] = nn.AdaptiveAvgPool2d(1)
    parts["flatten"] = nn.Flatten()
    logits = nn.Linear(channels, num_classes)
    nn.init.xavier_uniform_(logits.weight)
    nn.init.zeros_(logits.bias)
    parts["logits"] = logits
    return nn.Sequential(parts)
