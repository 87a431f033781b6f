"""Trainings that several devices must learn from as one does, in both frameworks."""

from typing import Any

ROUNDING = 1e-6
"""Weights are of the order of 0.1; the largest difference that was seen is 6e-8."""
_DISTORTED = {
    "policy": "seed",
    "mixup_probability": 0.2,
    "cutmix_probability": 0.2,
    "random_erasing_probability": 0.2,
}
_SWITCHES = {
    "label_smoothing": 0.1,
    "clip_global_norm": 0.5,
    "clip_value": 0.2,
    "micro_batches": 2,
    "ema_decay": 0.9,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {"optimizer": "sgd", "learning_rate": 0.05},
    "class-weights": {"class_weights": "balanced", "optimizer": "adam"},
    "switches": {"augmentation": _DISTORTED, "optimization": _SWITCHES},
    "fine-tuned": {"recipe": {"name": "fine_tune", "head_epochs": 1}},
}
