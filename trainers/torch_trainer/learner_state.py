"""All that decides what the next steps of a PyTorch training do, to a file and back."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import torch
from torch import nn

from trainers.errors import CheckpointError


class HasState(Protocol):
    """Whatever gives and takes its state as a dictionary."""

    def state_dict(self) -> dict[str, Any]:
        """Return the state."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any:
        """Take it back."""


def save_learner_state(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    *,
    totals: list[torch.Tensor],
    others: Mapping[str, HasState] = MappingProxyType({}),
) -> None:
    """Write a model, its optimiser, totals, others, and the random generators of the CPU and of all GPUs.

    Raises:
        OSError: The file cannot be written.
    """
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "totals": totals,
        "others": {name: other.state_dict() for name, other in others.items()},
        "cpu_generator": torch.get_rng_state(),
        "gpu_generators": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
    }
    with path.open("wb") as file:
        torch.save(state, file)


def load_learner_state(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    *,
    totals: list[torch.Tensor],
    others: Mapping[str, HasState] = MappingProxyType({}),
) -> None:
    """Take back what `save_learner_state` wrote, onto the device of the model.

    Raises:
        CheckpointError: The state is of another model or optimiser; nothing has been changed.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(f"the model keeps state that is not made of tensors: {error}") from error
    if _layout(state) != _layout({"model": model.state_dict(), "optimizer": optimizer.state_dict()}):
        raise CheckpointError("its weights do not have the names and shapes of this model's")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    for total, saved in zip(totals, state["totals"], strict=True):
        total.copy_(saved)
    for name, other in others.items():
        other.load_state_dict(state["others"][name])
    torch.set_rng_state(state["cpu_generator"])
    if torch.cuda.is_initialized() and len(state["gpu_generators"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["gpu_generators"])


def _layout(state: dict[str, Any]) -> tuple[dict[str, torch.Size | None], list[int]]:
    """Return the shape of each weight, and the number of weights in each group of the optimiser."""
    shapes = {name: getattr(value, "shape", None) for name, value in state["model"].items()}
    return shapes, [len(group["params"]) for group in state["optimizer"]["param_groups"]]
