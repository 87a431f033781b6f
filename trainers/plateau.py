"""The learning rate's reduction when the evaluation loss stops falling."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class PlateauReduction:
    """What the epochs so far have shown; `after_epoch` gives the next state.

    It follows from the records of the epochs, so a resumed run has it without a checkpoint of its own. The rule is that
    of Keras' ReduceLROnPlateau without cooldown.
    """

    patience_epochs: int
    """Epochs in a row without a lower loss after which the rate falls."""
    factor: float
    """What it is multiplied by each time, above 0 to below 1."""
    min_delta: float
    """By how much a loss must be below the lowest one to count as lower."""
    lowest_loss: float = float("inf")
    """The lowest evaluation loss so far."""
    waited_epochs: int = 0
    """Epochs since that, or since the last reduction."""
    scale: float = 1.0
    """What the learning rate is multiplied by now."""

    def after_epoch(self, *, eval_loss: float) -> "PlateauReduction":
        """Return the state after one more epoch with this evaluation loss."""
        if eval_loss < self.lowest_loss - self.min_delta:
            return replace(self, lowest_loss=eval_loss, waited_epochs=0)
        if self.waited_epochs + 1 < self.patience_epochs:
            return replace(self, waited_epochs=self.waited_epochs + 1)
        return replace(self, waited_epochs=0, scale=self.scale * self.factor)
