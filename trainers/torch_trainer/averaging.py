"""The exponential moving average of a PyTorch model's weights."""

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def make_average(model: nn.Module, *, decay: float) -> AveragedModel | None:
    """Return a copy of the model that follows it by `update_parameters`; None for decay 0.

    The first update copies the weights. Buffers, such as the statistics of batch normalisation, are always copied.
    """
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay)) if decay else None
