"""Which device PyTorch trains on."""

import logging
import warnings

import torch

_logger = logging.getLogger(__name__)


def choose_device() -> torch.device:
    """Return the first CUDA device where there is one, else the CPU."""
    # PyTorch warns where a driver is missing or too old. On a machine without a GPU that is no news: log it instead.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        has_gpu = torch.cuda.is_available()
    for warning in caught:
        _logger.info("Looking for a GPU: %s", warning.message)
    return torch.device("cuda", 0) if has_gpu else torch.device("cpu")


def device_name(device: torch.device) -> str:
    """Return `cpu`, or the name of the GPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
