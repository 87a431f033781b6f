"""The optimiser of a configuration, in PyTorch."""

from collections.abc import Sequence
from typing import Any

import torch

from trainers.config import TrainConfig
from trainers.optimization import ADAM_BETA_1, ADAM_BETA_2, ADAM_EPSILON, SGD_MOMENTUM, is_decayed
from trainers.torch_trainer.recipe import RateGroup

_FACTOR = "learning_rate_factor"


def make_optimizer(config: TrainConfig, groups: Sequence[RateGroup]) -> torch.optim.Optimizer:
    """Return the optimiser over parameters in groups of one learning rate each, weight decay included."""
    settings: list[dict[str, Any]] = [
        {"params": chosen, "weight_decay": decay, _FACTOR: factor}
        for parameters, factor in groups
        for chosen, decay in (
            ([p for p in parameters if is_decayed(p.shape)], config.weight_decay),
            ([p for p in parameters if not is_decayed(p.shape)], 0.0),
        )
    ]
    if config.optimizer == "sgd":
        return torch.optim.SGD(settings, lr=config.learning_rate, momentum=SGD_MOMENTUM, fused=True)
    adam = torch.optim.Adam if config.optimizer == "adam" else torch.optim.AdamW
    return adam(settings, lr=config.learning_rate, betas=(ADAM_BETA_1, ADAM_BETA_2), eps=ADAM_EPSILON, fused=True)


def set_learning_rate(optimizer: torch.optim.Optimizer, learning_rate: float) -> None:
    """Give each group its share of a learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate * group[_FACTOR]
