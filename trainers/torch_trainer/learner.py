"""A PyTorch model under training."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.config import TrainConfig
from trainers.errors import ModelSourceError
from trainers.framework import Framework
from trainers.learner import TrainTotals
from trainers.torch_trainer.device import device_name
from trainers.torch_trainer.learner_state import load_learner_state, save_learner_state
from trainers.torch_trainer.optimizer import make_optimizer, set_learning_rate
from trainers.torch_trainer.predict import batch_logits
from trainers.torch_trainer.recipe import TorchRecipe
from trainers.torch_trainer.tensors import memory_format_for, to_pixels_NCHW


class TorchLearner:
    """Trains a PyTorch model one batch at a time; keeps the protocol `trainers.learner.Learner`."""

    framework: Framework = "pytorch"
    framework_version: str = torch.__version__
    weights_file_name = "best.pt"

    def __init__(
        self, model: nn.Module, config: TrainConfig, *, class_weights_K: npt.NDArray[np.float32], device: torch.device
    ) -> None:
        """Move the model to the device and make its optimiser.

        Args:
            model: From pixels float32 [N, C, H, W] to logits [N, K].
            config: Optimiser settings.
            class_weights_K: Factor of each class in the loss, float32 [K].
            device: Where to train.
        """
        self.device = device_name(device)
        self._recipe = TorchRecipe(model, config.recipe, num_classes=len(class_weights_K))
        self.parts = self._recipe.parts
        groups = self._recipe.groups()
        self.trainable_parameters = sum(p.numel() for group in groups for p in group.parameters)
        self.total_parameters = sum(t.numel() for t in model.state_dict().values() if t.is_floating_point())
        self._torch_device = device
        self._memory_format = memory_format_for(config.model)
        self._model = model.to(device=device, memory_format=self._memory_format)
        self._optimizer = make_optimizer(config, groups)
        self._class_weights_K = torch.from_numpy(class_weights_K).to(device)
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=device)
        self._num_correct = torch.zeros((), dtype=torch.int64, device=device)
        self.start_epoch(1)

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze as the recipe says; see `Learner.start_epoch`."""
        self._recipe.start_epoch(epoch)

    def train_on_batch(
        self, pixels_BHWC: npt.NDArray[np.float32], label_ids_B: npt.NDArray[np.int64], *, learning_rate: float
    ) -> None:
        """Do one step of the optimiser and add to the totals."""
        set_learning_rate(self._optimizer, learning_rate)
        num_examples = len(label_ids_B)
        if num_examples == 1:
            # PyTorch refuses to normalise a batch of one value a channel. The same image twice has its mean and
            # variance, and as a mean over the batch its loss.
            pixels_BHWC, label_ids_B = np.repeat(pixels_BHWC, 2, axis=0), np.repeat(label_ids_B, 2)
        label_ids = torch.from_numpy(np.require(label_ids_B, requirements=["W"])).to(self._torch_device)
        pixels_BCHW = to_pixels_NCHW(pixels_BHWC, memory_format=self._memory_format, device=self._torch_device)
        self._model.train()
        for batch_norm in self._recipe.frozen_batch_norms:
            batch_norm.eval()
        logits_BK = self._model(pixels_BCHW)
        if not isinstance(logits_BK, torch.Tensor):
            raise ModelSourceError(
                f"the model answers a {type(logits_BK).__qualname__} while it trains; expected one tensor of logits. "
                "Models with auxiliary outputs are not supported."
            )
        losses_B = nn.functional.cross_entropy(logits_BK.float(), label_ids, reduction="none")
        losses_B = losses_B * self._class_weights_K[label_ids]
        self._optimizer.zero_grad()
        losses_B.mean().backward()
        self._optimizer.step()
        self._loss_sum += losses_B.detach()[:num_examples].sum()
        self._num_correct += (logits_BK.detach().argmax(dim=1) == label_ids)[:num_examples].sum()

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset."""
        return TrainTotals(float(self._loss_sum), int(self._num_correct))

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        self._loss_sum.zero_()
        self._num_correct.zero_()

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return logits, float32 [B, K], in inference mode."""
        return batch_logits(self._model, pixels_BHWC, memory_format=self._memory_format, device=self._torch_device)

    def save_weights(self, path: Path) -> None:
        """Write parameters and batch-norm statistics to a file."""
        torch.save(self._model.state_dict(), path)

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        self._model.load_state_dict(torch.load(path, map_location=self._torch_device, weights_only=True))

    def save_state(self, path: Path) -> None:
        """Write all that decides what the next steps do; see `Learner.save_state`."""
        save_learner_state(path, self._model, self._optimizer, totals=[self._loss_sum, self._num_correct])

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote; see `Learner.load_state`."""
        load_learner_state(path, self._model, self._optimizer, totals=[self._loss_sum, self._num_correct])
