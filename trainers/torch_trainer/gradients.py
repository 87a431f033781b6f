"""Limits on the gradients of a PyTorch model."""

from collections.abc import Sequence

import torch

from trainers.optimization_config import OptimizationConfig


def clip_gradients(parameters: Sequence[torch.nn.Parameter], limits: OptimizationConfig) -> None:
    """Shorten the gradients in place to the global norm, then cut off single values; see `OptimizationConfig`."""
    if limits.clip_global_norm:
        torch.nn.utils.clip_grad_norm_(parameters, limits.clip_global_norm)
    if limits.clip_value:
        torch.nn.utils.clip_grad_value_(parameters, limits.clip_value)
