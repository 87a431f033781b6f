"""A PyTorch model under training."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.augmentation.draw import BatchDraw
from trainers.config import TrainConfig
from trainers.errors import ModelSourceError
from trainers.framework import Framework
from trainers.learner import TrainTotals
from trainers.micro_batches import micro_batches
from trainers.torch_trainer.averaging import make_average
from trainers.torch_trainer.compilation import explaining_compiler_failures
from trainers.torch_trainer.device import device_name
from trainers.torch_trainer.device_batch import DeviceBatch, to_device_batch
from trainers.torch_trainer.gradients import clip_gradients
from trainers.torch_trainer.learner_state import HasState, load_learner_state, save_learner_state
from trainers.torch_trainer.optimizer import make_optimizer, set_learning_rate
from trainers.torch_trainer.precision import autocast, check_precision, make_loss_scaler
from trainers.torch_trainer.predict import batch_logits
from trainers.torch_trainer.recipe import TorchRecipe
from trainers.torch_trainer.replicas.network import Network
from trainers.torch_trainer.tensors import memory_format_for


class TorchLearner:
    """Trains a PyTorch model one batch at a time; keeps the protocol `trainers.learner.Learner`."""

    framework: Framework = "pytorch"
    framework_version: str = torch.__version__
    weights_file_name = "best.pt"

    def __init__(
        self,
        model: nn.Module,
        config: TrainConfig,
        *,
        class_weights_K: npt.NDArray[np.float32],
        device: torch.device,
        replicas: int = 1,
        others: Mapping[str, HasState] = MappingProxyType({}),
    ) -> None:
        """Move the model to the device and make its optimiser.

        Args:
            model: From pixels float32 [N, C, H, W] to logits [N, K].
            config: Optimiser settings.
            class_weights_K: Factor of each class in the loss, float32 [K].
            device: Where to train.
            replicas: Processes that share every batch, each with such a learner; this one is in their group.
            others: What else belongs to the state of the training.

        Raises:
            DeviceError: The device cannot train in the precision.
        """
        self.device, self.replicas = device_name(device), replicas
        if config.devices.sync_batch_norm and replicas > 1:
            model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
        self._recipe = TorchRecipe(model, config.recipe, num_classes=len(class_weights_K))
        self.parts = self._recipe.parts
        groups = self._recipe.groups()
        self.trainable_parameters = sum(p.numel() for group in groups for p in group.parameters)
        self.total_parameters = sum(t.numel() for t in model.state_dict().values() if t.is_floating_point())
        self._torch_device = device
        self._optimization = config.optimization
        self._memory_format = memory_format_for(config.model, config.optimization.channels_last)
        self._model = model.to(device=device, memory_format=self._memory_format)
        self._network = Network(self._model, replicas=replicas, compiled=config.optimization.compile)
        self._optimizer = make_optimizer(config, groups)
        self._parameters = [parameter for group in groups for parameter in group.parameters]
        check_precision(config.optimization.precision, device)
        self.precision = config.optimization.precision
        self._loss_scaler = make_loss_scaler(config.optimization.precision, device)
        self._average = make_average(self._model, decay=config.optimization.ema_decay)
        self._class_weights_K = torch.from_numpy(class_weights_K).to(device)
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=device)
        self._num_correct = torch.zeros((), dtype=torch.int64, device=device)
        self._other_states = others
        self.start_epoch(1)

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze as the recipe says; see `Learner.start_epoch`."""
        self._recipe.start_epoch(epoch)
        self._network.follow_frozen_parameters()

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        """Do one step of the optimiser and add to the totals; see `Learner.train_on_batch`."""
        batch = self.on_device(pixels_BHWC, label_ids_B, draw)
        self.train_on(batch, share=1 / batch.num_examples, learning_rate=learning_rate)

    def on_device(
        self, pixels_BHWC: npt.NDArray[np.float32], label_ids_B: npt.NDArray[np.int64], draw: BatchDraw | None
    ) -> DeviceBatch:
        """Return a batch on the device, its images distorted as drawn."""
        return to_device_batch(
            pixels_BHWC, label_ids_B, draw, memory_format=self._memory_format, device=self._torch_device
        )

    def train_on(self, batch: DeviceBatch, *, share: float, learning_rate: float) -> None:
        """Do one step of the optimiser on this process's part of a batch.

        Args:
            batch: The examples of this part.
            share: Share of one example in the step's loss; 0 for a part that only keeps step.
            learning_rate: Of this step.
        """
        set_learning_rate(self._optimizer, learning_rate)
        self._model.train()
        for batch_norm in self._recipe.frozen_batch_norms:
            batch_norm.eval()
        self._optimizer.zero_grad()
        parts = [
            batch.part(examples) for examples in micro_batches(batch.num_examples, self._optimization.micro_batches)
        ]
        with explaining_compiler_failures():
            for part in parts:
                with contextlib.nullcontext() if part is parts[-1] else self._network.keeping_gradients():
                    self._add_gradients(part, share=share)
        self._network.average_statistics()
        self._loss_scaler.unscale_(self._optimizer)
        clip_gradients(self._parameters, self._optimization)
        self._loss_scaler.step(self._optimizer)
        self._loss_scaler.update()
        if self._average is not None:
            self._average.update_parameters(self._model)

    def _add_gradients(self, batch: DeviceBatch, *, share: float) -> None:
        """Add the gradients of the losses, times the share that one example has in the step's loss."""
        pixels_BCHW = batch.pixels_BCHW
        if batch.num_examples == 1:
            # PyTorch refuses to normalise one value a channel; the same image twice has its mean and variance.
            pixels_BCHW = pixels_BCHW.repeat(2, 1, 1, 1)
        with autocast(self._optimization.precision, self._torch_device):
            logits_BK = self._network(pixels_BCHW)
        if not isinstance(logits_BK, torch.Tensor):
            raise ModelSourceError(
                f"the model answers a {type(logits_BK).__qualname__} while it trains; expected one tensor of logits. "
                "Models with auxiliary outputs are not supported."
            )
        logits_BK = logits_BK[: batch.num_examples]
        own_B, partners_B = self._losses(logits_BK, batch.label_ids_B), self._losses(logits_BK, batch.partner_ids_B)
        losses_B = batch.shares_B * own_B + (1 - batch.shares_B) * partners_B
        # The group takes the mean of its members' gradients; theirs are to be added up.
        self._loss_scaler.scale(losses_B.sum() * (share * self.replicas)).backward()
        if share:
            self._loss_sum += losses_B.detach().sum()
            self._num_correct += (logits_BK.detach().argmax(dim=1) == batch.label_ids_B).sum()

    def _losses(self, logits_BK: torch.Tensor, label_ids_B: torch.Tensor) -> torch.Tensor:
        losses_B = nn.functional.cross_entropy(
            logits_BK.float(), label_ids_B, reduction="none", label_smoothing=self._optimization.label_smoothing
        )
        return losses_B * self._class_weights_K[label_ids_B]

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset."""
        return TrainTotals(float(self._loss_sum), int(self._num_correct))

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        self.set_train_totals(TrainTotals(0.0, 0))

    def set_train_totals(self, totals: TrainTotals) -> None:
        """Go on from totals of an earlier attempt."""
        self._loss_sum.fill_(totals.loss_sum)
        self._num_correct.fill_(totals.num_correct)

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
        return {"loss_scaler": self._loss_scaler, **average, **self._other_states}
