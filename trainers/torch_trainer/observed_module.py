"""A PyTorch module that another library trains, as whoever follows the training sees it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.framework import Framework
from trainers.optimization_config import Precision
from trainers.torch_trainer.device import device_name
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.predict import batch_logits


class ObservedModule:
    """Keeps the protocol `trainers.trained_model.ObservedModel`."""

    framework: Framework = "pytorch"
    framework_version = TorchLearner.framework_version
    weights_file_name = TorchLearner.weights_file_name
    replicas = 1
    precision: Precision = "float32"

    def __init__(self, module: nn.Module, *, device: torch.device) -> None:
        """Point at a module; the library may move it between devices.

        Args:
            module: From pixels float32 [N, C, H, W] to logits [N, K].
            device: Where it is trained.
        """
        self.device = device_name(device)
        self.trainable_parameters = sum(p.numel() for p in module.parameters() if p.requires_grad)
        self.total_parameters = sum(t.numel() for t in module.state_dict().values() if t.is_floating_point())
        self._module = module

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return logits, float32 [B, K], in inference mode; the module's mode stays as it was."""
        is_training = self._module.training
        device = next(self._module.parameters()).device
        logits_BK = batch_logits(self._module, pixels_BHWC, memory_format=torch.contiguous_format, device=device)
        self._module.train(is_training)
        return logits_BK

    def save_weights(self, path: Path) -> None:
        """Write parameters and batch-norm statistics to a file."""
        torch.save(self._module.state_dict(), path)

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        self._module.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
