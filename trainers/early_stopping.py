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
    """Epochs in a row without a new best after which to stop; 0 never stops."""
    best_epoch: int | None = None
    """The best epoch so far, counted from 1; None before the first."""
    best_accuracy: float = float("-inf")
    """Evaluation accuracy of the best epoch, 0 to 1."""
    best_loss: float = float("inf")
    """Evaluation loss of the best epoch."""
    last_epoch: int = 0
    """The last epoch seen, counted from 1."""

    def after_epoch(self, *, eval_accuracy: float, eval_loss: float) -> "EarlyStopping":
        """Return the state after one more epoch with this evaluation accuracy and loss."""
        epoch = self.last_epoch + 1
        is_better = (eval_accuracy, -eval_loss) > (self.best_accuracy, -self.best_loss)
        return EarlyStopping(
            patience_epochs=self.patience_epochs,
            best_epoch=epoch if is_better else self.best_epoch,
            best_accuracy=eval_accuracy if is_better else self.best_accuracy,
            best_loss=eval_loss if is_better else self.best_loss,
            last_epoch=epoch,
        )

    @property
    def is_best(self) -> bool:
        """Whether the last epoch is the best one."""
        return self.best_epoch == self.last_epoch and self.best_epoch is not None

    @property
    def should_stop(self) -> bool:
        """Whether `patience_epochs` epochs in a row brought no new best."""
        waited_epochs = self.last_epoch - (self.best_epoch or 0)
        return self.patience_epochs > 0 and waited_epochs >= self.patience_epochs
