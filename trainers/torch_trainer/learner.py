"""A PyTorch model under training."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.augmentation.draw import BatchDraw
from trainers.augmentation.mixed_labels import mixed_labels
from trainers.config import TrainConfig
from trainers.errors import ModelSourceError
from trainers.framework import Framework
from trainers.learner import TrainTotals
from trainers.micro_batches import micro_batches
from trainers.torch_trainer.augmentation import augment, on_device
from trainers.torch_trainer.averaging import make_average
from trainers.torch_trainer.compilation import explaining_compiler_failures
from trainers.torch_trainer.device import device_name
from trainers.torch_trainer.gradients import clip_gradients
from trainers.torch_trainer.learner_state import HasState, load_learner_state, save_learner_state
from trainers.torch_trainer.optimizer import make_optimizer, set_learning_rate
from trainers.torch_trainer.precision import autocast, check_precision, make_loss_scaler
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

        Raises:
            DeviceError: The device cannot train in the precision.
        """
        self.device = device_name(device)
        self._recipe = TorchRecipe(model, config.recipe, num_classes=len(class_weights_K))
        self.parts = self._recipe.parts
        groups = self._recipe.groups()
        self.trainable_parameters = sum(p.numel() for group in groups for p in group.parameters)
        self.total_parameters = sum(t.numel() for t in model.state_dict().values() if t.is_floating_point())
        self._torch_device = device
        self._optimization = config.optimization
        self._memory_format = memory_format_for(config.model, config.optimization.channels_last)
        self._model = model.to(device=device, memory_format=self._memory_format)
        # One program for all batch sizes from the start: by default the sizes that came before decide what is compiled,
        # and a resumed run, which sees them in another order, would round differently.
        self._forward = torch.compile(self._model, dynamic=True) if config.optimization.compile else self._model
        self._optimizer = make_optimizer(config, groups)
        self._parameters = [parameter for group in groups for parameter in group.parameters]
        check_precision(config.optimization.precision, device)
        self.precision = config.optimization.precision
        self._loss_scaler = make_loss_scaler(config.optimization.precision, device)
        self._average = make_average(self._model, decay=config.optimization.ema_decay)
        self._class_weights_K = torch.from_numpy(class_weights_K).to(device)
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=device)
        self._num_correct = torch.zeros((), dtype=torch.int64, device=device)
        self.start_epoch(1)

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze as the recipe says; see `Learner.start_epoch`."""
        self._recipe.start_epoch(epoch)

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        """Do one step of the optimiser and add to the totals; see `Learner.train_on_batch`."""
        set_learning_rate(self._optimizer, learning_rate)
        self._model.train()
        for batch_norm in self._recipe.frozen_batch_norms:
            batch_norm.eval()
        self._optimizer.zero_grad()
        pixels_BCHW = to_pixels_NCHW(pixels_BHWC, memory_format=self._memory_format, device=self._torch_device)
        if draw is not None:
            pixels_BCHW = augment(pixels_BCHW, draw)
        labels = [self._to_tensor(values_B) for values_B in mixed_labels(label_ids_B, draw)]
        with explaining_compiler_failures():
            for part in micro_batches(len(label_ids_B), self._optimization.micro_batches):
                self._add_gradients(pixels_BCHW[part], *(each[part] for each in labels), share=1 / len(label_ids_B))
        self._loss_scaler.unscale_(self._optimizer)
        clip_gradients(self._parameters, self._optimization)
        self._loss_scaler.step(self._optimizer)
        self._loss_scaler.update()
        if self._average is not None:
            self._average.update_parameters(self._model)

    def _add_gradients(
        self,
        pixels_BCHW: torch.Tensor,
        label_ids_B: torch.Tensor,
        partner_ids_B: torch.Tensor,
        shares_B: torch.Tensor,
        *,
        share: float,
    ) -> None:
        """Add the gradients of the losses, times the share that one example has in the step's loss."""
        num_examples = len(label_ids_B)
        if num_examples == 1:
            # PyTorch refuses to normalise one value a channel; the same image twice has its mean and variance.
            pixels_BCHW = pixels_BCHW.repeat(2, 1, 1, 1)
        with autocast(self._optimization.precision, self._torch_device):
            logits_BK = self._forward(pixels_BCHW)
        if not isinstance(logits_BK, torch.Tensor):
            raise ModelSourceError(
                f"the model answers a {type(logits_BK).__qualname__} while it trains; expected one tensor of logits. "
                "Models with auxiliary outputs are not supported."
            )
        logits_BK = logits_BK[:num_examples]
        own_B, partners_B = self._losses(logits_BK, label_ids_B), self._losses(logits_BK, partner_ids_B)
        losses_B = shares_B * own_B + (1 - shares_B) * partners_B
        self._loss_scaler.scale(losses_B.sum() * share).backward()
        self._loss_sum += losses_B.detach().sum()
        self._num_correct += (logits_BK.detach().argmax(dim=1) == label_ids_B).sum()

    def _losses(self, logits_BK: torch.Tensor, label_ids_B: torch.Tensor) -> torch.Tensor:
        losses_B = nn.functional.cross_entropy(
            logits_BK.float(), label_ids_B, reduction="none", label_smoothing=self._optimization.label_smoothing
        )
        return losses_B * self._class_weights_K[label_ids_B]

    def _to_tensor(self, values_B: npt.NDArray[Any]) -> torch.Tensor:
        return on_device(np.require(values_B, requirements=["W"]), self._torch_device)

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset."""
        return TrainTotals(float(self._loss_sum), int(self._num_correct))

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        self._loss_sum.zero_()
        self._num_correct.zero_()

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return logits, float32 [B, K], in inference mode."""
        return batch_logits(
            self._trained_model, pixels_BHWC, memory_format=self._memory_format, device=self._torch_device
        )

    def save_weights(self, path: Path) -> None:
        """Write parameters and batch-norm statistics to a file."""
        torch.save(self._trained_model.state_dict(), path)

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        weights = torch.load(path, map_location=self._torch_device, weights_only=True)
        self._model.load_state_dict(weights)
        self._trained_model.load_state_dict(weights)

    def save_state(self, path: Path) -> None:
        """Write all that decides what the next steps do; see `Learner.save_state`."""
        save_learner_state(
            path, self._model, self._optimizer, totals=[self._loss_sum, self._num_correct], others=self._others()
        )

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote; see `Learner.load_state`."""
        load_learner_state(
            path, self._model, self._optimizer, totals=[self._loss_sum, self._num_correct], others=self._others()
        )

    @property
    def _trained_model(self) -> nn.Module:
        """What is evaluated and exported: the average of the weights where there is one."""
        return self._model if self._average is None else self._average.module

    def _others(self) -> dict[str, HasState]:
        average: dict[str, HasState] = {} if self._average is None else {"average": self._average}
        return {"loss_scaler": self._loss_scaler, **average}
