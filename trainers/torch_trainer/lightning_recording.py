"""The callback through which Lightning's training is recorded and its random states survive a checkpoint."""

from typing import Any

import lightning.pytorch as lightning
import torch
from torch import nn

from trainers.checkpoints.host_random_state import HostRandomState
from trainers.history import EpochRecord
from trainers.ways.run_recorder import RunRecorder

_LOSS = "loss"


class Recording(lightning.Callback):
    """Hands figures of the training on to the recorder; Lightning keeps its state in every checkpoint.

    The accuracy comes from the logits that `forward` gave while the module trained; a `training_step` that does not
    call the module leaves it unknown. Where `training_step` returns no loss, it is the cross-entropy of those logits.
    """

    def __init__(self, recorder: RunRecorder) -> None:
        """Point at the recorder of the run."""
        self._recorder = recorder
        self._logits_BK: torch.Tensor | None = None
        self._loss_sum, self._num_correct, self._num_examples, self._num_judged = 0.0, 0, 0, 0
        self._restored: dict[str, Any] | None = None

    def on_fit_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Watch what the module answers."""
        self._hook = pl_module.register_forward_hook(self._keep_logits)

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Go on where a checkpoint was written."""
        if self._restored is None:
            return
        saved, self._restored = self._restored, None
        records = [EpochRecord.model_validate_json(record) for record in saved["records"]]
        self._recorder.resume(records, run_seconds=saved["run_seconds"], resumed=saved["resumed"] + 1)
        torch.save(saved["best_weights"], self._recorder.best_weights)
        torch.set_rng_state(saved["cpu_generator"])
        HostRandomState.model_validate_json(saved["host_random_state"]).restore()
        trainer.should_stop = self._recorder.is_over

    def on_train_epoch_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Begin to count."""
        self._loss_sum, self._num_correct, self._num_examples, self._num_judged = 0.0, 0, 0, 0

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: tuple[torch.Tensor, torch.Tensor],
        batch_idx: int,
    ) -> None:
        """Add a batch to the figures of the epoch."""
        label_ids_B = batch[1]
        logits_BK, self._logits_BK = self._logits_BK, None
        self._num_examples += len(label_ids_B)
        if logits_BK is not None and logits_BK.shape[:-1] == label_ids_B.shape:
            self._num_correct += int((logits_BK.argmax(dim=1) == label_ids_B).sum())
            self._num_judged += len(label_ids_B)
        if isinstance(outputs, dict) and _LOSS in outputs:
            # Lightning divides it by the batches whose gradients it accumulates.
            loss = float(outputs[_LOSS]) * trainer.accumulate_grad_batches
        elif logits_BK is not None:
            loss = float(nn.functional.cross_entropy(logits_BK.float(), label_ids_B))
        else:
            loss = 0.0
        self._loss_sum += loss * len(label_ids_B)
        is_judged = self._num_judged == self._num_examples
        self._recorder.observe(
            batch_idx + 1,
            loss=self._loss_sum / self._num_examples,
            accuracy=self._num_correct / self._num_judged if is_judged else None,
            learning_rate=float(trainer.optimizers[0].param_groups[-1]["lr"]),
        )

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Have the epoch evaluated and recorded."""
        self._recorder.end_epoch()
        trainer.should_stop = trainer.should_stop or self._recorder.is_over

    def on_fit_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Watch no longer."""
        self._hook.remove()

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint needs beside Lightning's own state."""
        return {
            "records": [record.model_dump_json() for record in self._recorder.records],
            "run_seconds": self._recorder.clock.run_seconds,
            "resumed": self._recorder.resumed,
            "best_weights": torch.load(self._recorder.best_weights, map_location="cpu", weights_only=True),
            "cpu_generator": torch.get_rng_state(),
            "host_random_state": HostRandomState.capture().model_dump_json(),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take back what `state_dict` returned, when the training starts."""
        self._restored = state_dict

    def _keep_logits(self, module: nn.Module, arguments: Any, output: Any) -> None:
        if module.training and isinstance(output, torch.Tensor):
            self._logits_BK = output.detach()
