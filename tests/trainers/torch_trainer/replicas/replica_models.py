"""Small models for trainings in several processes, built in each of them."""

import torch
from torch import nn


def build_plain(*, num_classes: int, image_shape: tuple[int, int, int]) -> nn.Module:
    """Nothing in it looks at more than one image, and nothing is drawn."""
    return nn.Sequential(
        nn.Conv2d(image_shape[2], 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, stride=2, padding=1),
        nn.GroupNorm(2, 8),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * (image_shape[0] // 4) * (image_shape[1] // 4), num_classes),
    )


def build_drawing(*, num_classes: int, image_shape: tuple[int, int, int]) -> nn.Module:
    """With batch normalisation and dropout."""
    return nn.Sequential(
        nn.Conv2d(image_shape[2], 8, 3, stride=2, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.4),
        nn.Linear(8 * (image_shape[0] // 2) * (image_shape[1] // 2), num_classes),
    )


def build_with_spare(*, num_classes: int, image_shape: tuple[int, int, int]) -> nn.Module:
    """Has weights that no step uses."""

    class Spare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.plain = build_plain(num_classes=num_classes, image_shape=image_shape)
            self.spare = nn.Linear(4, 4)

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.plain(pixels)
            return logits

    return Spare()


def build_failing(*, num_classes: int, image_shape: tuple[int, int, int]) -> nn.Module:
    """Answers two tensors while it trains."""

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.plain = build_plain(num_classes=num_classes, image_shape=image_shape)

        def forward(self, pixels: torch.Tensor) -> object:
            logits = self.plain(pixels)
            return (logits, logits) if self.training else logits

    return Two()
