"""Mixed precision in PyTorch: autocast, and loss scaling for float16."""

import contextlib

import torch

from trainers.errors import DeviceError
from trainers.optimization_config import Precision

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def check_precision(precision: Precision, device: torch.device) -> None:
    """Check that a device can train in a precision.

    Raises:
        DeviceError: It cannot.
    """
    if precision == "float16" and device.type != "cuda":
        raise DeviceError(
            "optimization.precision is float16, which needs a GPU, and this machine trains on the CPU; choose "
            "bfloat16 or float32."
        )
    if (
        precision == "bfloat16"
        and device.type == "cuda"
        and not torch.cuda.is_bf16_supported(including_emulation=False)
    ):
        raise DeviceError(
            f"optimization.precision is bfloat16, which {torch.cuda.get_device_name(device)} does not compute in; "
            "choose float16 or float32."
        )


def autocast(precision: Precision, device: torch.device) -> contextlib.AbstractContextManager[object]:
    """Return a context in which operations that stand it compute in the precision; weights stay float32."""
    if precision == "float32":
        return contextlib.nullcontext()
    context: contextlib.AbstractContextManager[object] = torch.autocast(device.type, dtype=_DTYPES[precision])
    return context


def make_loss_scaler(precision: Precision, device: torch.device) -> torch.amp.GradScaler:
    """Return the scaler that keeps float16 gradients from vanishing; for other precisions one that does nothing."""
    return torch.amp.GradScaler(device.type, enabled=precision == "float16")
