"""A LightningModule: loss, optimiser and schedule are its own. Run it with `--set train.way=lightning`."""

from typing import Any

import lightning.pytorch as lightning
import torch
from torch import nn


class Classifier(lightning.LightningModule):
    """Two convolutions."""

    def __init__(self, num_classes: int, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )  # fmt: skip
        self.logits = nn.Linear(32, num_classes)

    def forward(self, pixels_NCHW: torch.Tensor) -> torch.Tensor:
        """What is exported: pixels, float32 [N, C, H, W], to logits [N, num_classes]."""
        logits_NK: torch.Tensor = self.logits(self.body(pixels_NCHW))
        return logits_NK

    def training_step(self, batch: Any, batch_idx: int) -> torch.Tensor:
        """Return the loss of a batch of pixels and label ids."""
        pixels_BCHW, label_ids_B = batch
        loss = nn.functional.cross_entropy(self(pixels_BCHW), label_ids_B, label_smoothing=0.05)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> Any:
        """Return AdamW with a cosine over the whole run."""
        optimizer = torch.optim.AdamW(self.parameters(), lr=0.01)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def build_model(*, num_classes: int, image_shape: tuple[int, int, int]) -> lightning.LightningModule:
    """Called once, with what the data has."""
    return Classifier(num_classes, image_shape[2])
