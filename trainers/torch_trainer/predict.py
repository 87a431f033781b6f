"""Logits of a PyTorch model."""

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.torch_trainer.tensors import to_pixels_NCHW


def predict_logits(
    model: nn.Module, pixels_NHWC: npt.NDArray[np.float32], *, batch_size_examples: int
) -> npt.NDArray[np.float32]:
    """Return the model's logits, float32 [N, K]; the model is left in inference mode.

    Args:
        model: From pixels [N, C, H, W] to logits; runs on the device that it is on.
        pixels_NHWC: Standardised pixels, float32 [N, H, W, C], N at least 1.
        batch_size_examples: Images to run at once.
    """
    first_parameter = next(model.parameters(), None)
    device = torch.device("cpu") if first_parameter is None else first_parameter.device
    starts = range(0, len(pixels_NHWC), batch_size_examples)
    return np.concatenate(
        [
            batch_logits(
                model,
                pixels_NHWC[start : start + batch_size_examples],
                memory_format=torch.contiguous_format,
                device=device,
            )
            for start in starts
        ]
    )


def batch_logits(
    model: nn.Module,
    pixels_BHWC: npt.NDArray[np.float32],
    *,
    memory_format: torch.memory_format,
    device: torch.device,
) -> npt.NDArray[np.float32]:
    """Return the logits of one batch, float32 [B, K]; the model is left in inference mode."""
    model.eval()
    with torch.no_grad():
        logits_BK = model(to_pixels_NCHW(pixels_BHWC, memory_format=memory_format, device=device))
    return np.asarray(logits_BK.float().cpu().numpy())
