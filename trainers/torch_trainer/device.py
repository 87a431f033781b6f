"""Which device PyTorch trains on."""

import logging
import warnings

import torch

from trainers.devices.config import DevicesConfig
from trainers.errors import DeviceError

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


def choose_devices(wanted: DevicesConfig) -> list[torch.device]:
    """Return the device of each replica; several on the CPU stand for as many processes.

    Raises:
        DeviceError: The machine has no such devices, or not as many.
    """
    if wanted.kind == "tpu":
        raise DeviceError("devices.kind is tpu, which Keras trains on and PyTorch here does not.")
    has_gpu = wanted.kind != "cpu" and choose_device().type == "cuda"
    if wanted.kind == "gpu" and not has_gpu:
        raise DeviceError("devices.kind is gpu, but PyTorch finds none; the log says why. Choose auto or cpu.")
    if not has_gpu:
        num_processes = wanted.num_replicas(1)
        if wanted.sync_batch_norm and num_processes > 1:
            raise DeviceError("devices.sync_batch_norm is true, which PyTorch does on GPUs only, and this is a CPU.")
        return [torch.device("cpu")] * num_processes
    num_gpus = torch.cuda.device_count()
    num_replicas = wanted.num_replicas(num_gpus)
    if num_replicas > num_gpus:
        raise DeviceError(f"devices.replicas is {num_replicas}, but PyTorch finds {num_gpus} GPUs; lower it.")
    return [torch.device("cuda", index) for index in range(num_replicas)]


def device_name(device: torch.device) -> str:
    """Return `cpu`, or the name of the GPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
