"""A fastai Learner's model with its optimiser, as whoever follows the training sees it."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.learner import Learner

from trainers.errors import CheckpointError
from trainers.torch_trainer.observed_module import ObservedModule


class FastaiModel(ObservedModule):
    """Keeps the protocol `trainers.trained_model.TrainedModel`."""

    def __init__(self, learn: Learner, *, device: torch.device) -> None:
        """Take a Learner whose optimiser is created."""
        super().__init__(learn.model, device=device)
        self._learn = learn

    def save_state(self, path: Path) -> None:
        """Write model, optimiser and random states; see `TrainedModel.save_state`."""
        state = {
            "model": self._learn.model.state_dict(),
            "optimizer": _plain(self._learn.opt.state_dict()),
            "cpu_generator": torch.get_rng_state(),
            "gpu_generators": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
        }
        with path.open("wb") as file:
            torch.save(state, file)

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote; see `TrainedModel.load_state`."""
        model = self._learn.model
        device = next(model.parameters()).device
        try:
            state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        except pickle.UnpicklingError as error:
            raise CheckpointError(f"the Learner keeps state that is not made of tensors: {error}") from error
        if _shapes(state["model"]) != _shapes(model.state_dict()):
            raise CheckpointError("its weights do not have the names and shapes of this model's")
        model.load_state_dict(state["model"])
        self._learn.opt.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["cpu_generator"].cpu())
        if torch.cuda.is_initialized() and len(state["gpu_generators"]) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all([generator.cpu() for generator in state["gpu_generators"]])


def _plain(value: Any) -> Any:
    """Return a state with plain dictionaries, lists and numbers: fastai's own kinds are code to a pickle."""
    if isinstance(value, Mapping):
        return {key: _plain(of_key) for key, of_key in value.items()}
    if isinstance(value, torch.Tensor | str | bytes):
        return value
    if isinstance(value, np.generic):
        return value.item()
    return [_plain(item) for item in value] if hasattr(value, "__iter__") else value


def _shapes(state: Mapping[str, Any]) -> dict[str, torch.Size | None]:
    return {name: getattr(value, "shape", None) for name, value in state.items()}
