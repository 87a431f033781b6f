"""Which epoch is the best so far, and when to stop waiting for a better one.

Accuracy decides, since the evaluation that blesses a model judges accuracy, and since the loss of a network that
grows over-confident can rise for epochs while its accuracy still rises. Small evaluation splits give the same
accuracy often; the lower loss decides then.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EarlyStopping:
    """What the epochs so far have shown; `after_epoch` gives the next state."""

    patience_epochs: int
    """Epochs in a row without an improvement after which to stop; 0 never stops."""
    min_delta: float = 0.0
    """By how much accuracy must rise above that of the last improvement for the wait to start anew, 0 to 1."""
    best_epoch: int | None = None
    """The best epoch so far, counted from 1; None before the first."""
    best_accuracy: float = float("-inf")
    """Evaluation accuracy of the best epoch, 0 to 1."""
    best_loss: float = float("inf")
    """Evaluation loss of the best epoch."""
    improved_epoch: int = 0
    """The last epoch that was better by more than `min_delta`, counted from 1."""
    improved_accuracy: float = float("-inf")
    """Evaluation accuracy of that epoch, 0 to 1."""
    last_epoch: int = 0
    """The last epoch seen, counted from 1."""

    def after_epoch(self, *, eval_accuracy: float, eval_loss: float) -> "EarlyStopping":
        """Return the state after one more epoch with this evaluation accuracy and loss."""
        epoch = self.last_epoch + 1
        is_better = (eval_accuracy, -eval_loss) > (self.best_accuracy, -self.best_loss)
        improves = eval_accuracy > self.improved_accuracy + self.min_delta if self.min_delta else is_better
        return EarlyStopping(
            patience_epochs=self.patience_epochs,
            min_delta=self.min_delta,
            best_epoch=epoch if is_better else self.best_epoch,
            best_accuracy=eval_accuracy if is_better else self.best_accuracy,
            best_loss=eval_loss if is_better else self.best_loss,
            improved_epoch=epoch if improves else self.improved_epoch,
            improved_accuracy=eval_accuracy if improves else self.improved_accuracy,
            last_epoch=epoch,
        )

    @property
    def is_best(self) -> bool:
        """Whether the last epoch is the best one."""
        return self.best_epoch == self.last_epoch and self.best_epoch is not None

    @property
    def should_stop(self) -> bool:
        """Whether `patience_epochs` epochs in a row brought no improvement."""
        waited_epochs = self.last_epoch - self.improved_epoch
        return self.patience_epochs > 0 and waited_epochs >= self.patience_epochs
