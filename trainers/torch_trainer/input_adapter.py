"""A first layer that turns the Transform graph's pixels into those that a model's weights expect."""

import torch
from torch import nn

from trainers.normalization import Normalization


class InputAdapter(nn.Module):
    """A model behind a scale and an offset for each colour; they are constants and no weights."""

    def __init__(self, model: nn.Module, conversion: Normalization) -> None:
        """Put the conversion before the model.

        Args:
            model: From pixels [N, C, H, W] to logits.
            conversion: What to do with each colour.
        """
        super().__init__()
        for name, values in (("scale", conversion.scale_C), ("offset", conversion.offset_C)):
            self.register_buffer(name, torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1), persistent=False)
        self.model = model

    def forward(self, pixels_NCHW: torch.Tensor) -> torch.Tensor:
        """Map [N, C, H, W] to logits [N, K]."""
        logits_NK: torch.Tensor = self.model(pixels_NCHW * self.scale + self.offset)
        return logits_NK


def adapted(model: nn.Module, *, given: Normalization, wanted: Normalization | None) -> nn.Module:
    """Return the model for pixels of `given`; itself where that is what it wants."""
    conversion = None if wanted is None else wanted.after(given)
    return model if conversion is None else InputAdapter(model, conversion)


def without_adapter(model: nn.Module) -> nn.Module:
    """Return the model that the weights belong to."""
    return model.model if isinstance(model, InputAdapter) else model
