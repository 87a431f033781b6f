"""The optimiser of a configuration, in PyTorch."""

import torch
from torch import nn

from trainers.config import TrainConfig
from trainers.optimization import ADAM_BETA_1, ADAM_BETA_2, ADAM_EPSILON, SGD_MOMENTUM, is_decayed


def make_optimizer(config: TrainConfig, model: nn.Module) -> torch.optim.Optimizer:
    """Return the optimiser over the model's parameters, weight decay included."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if is_decayed(p.shape)], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if not is_decayed(p.shape)], "weight_decay": 0.0},
    ]
    if config.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=config.learning_rate, momentum=SGD_MOMENTUM, fused=True)
    adam = torch.optim.Adam if config.optimizer == "adam" else torch.optim.AdamW
    return adam(groups, lr=config.learning_rate, betas=(ADAM_BETA_1, ADAM_BETA_2), eps=ADAM_EPSILON, fused=True)
