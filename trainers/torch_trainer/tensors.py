"""Pixels on their way from NumPy to PyTorch."""

import numpy as np
import numpy.typing as npt
import torch

from trainers.models.source import UserModel, parse_model_source
from trainers.optimization_config import ChannelsLast


def memory_format_for(source: str, channels_last: ChannelsLast) -> torch.memory_format:
    """Return the layout in which a model trains.

    Channels-last is how the pixels arrive and is faster on CPUs and GPUs. By `auto` a user's model gets the ordinary
    layout, since `view` on a convolution's output, which many models call, fails on channels-last tensors.
    """
    is_user_model = isinstance(parse_model_source(source), UserModel)
    if channels_last == "never" or (channels_last == "auto" and is_user_model):
        return torch.contiguous_format
    return torch.channels_last


def to_pixels_NCHW(
    pixels_NHWC: npt.NDArray[np.float32], *, memory_format: torch.memory_format, device: torch.device
) -> torch.Tensor:
    """Return float32 [N, C, H, W] on the device; without a copy where the CPU and channels-last are asked for."""
    writable_NHWC = np.require(pixels_NHWC, dtype=np.float32, requirements=["C", "W"])
    pixels_NCHW = torch.from_numpy(writable_NHWC).permute(0, 3, 1, 2)
    return pixels_NCHW.to(device).contiguous(memory_format=memory_format)
