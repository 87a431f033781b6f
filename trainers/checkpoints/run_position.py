"""How far a training run has come, in what both frameworks share."""

from pydantic import BaseModel, ConfigDict

from trainers.history import EpochRecord, InitialEvaluation


class RunPosition(BaseModel):
    """A point between two steps, or between two epochs, of a run.

    The order of examples follows from the seed and the epoch, early stopping from the records; so neither is here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    initial: InitialEvaluation | None = None
    """What a warm start began with."""
    records: tuple[EpochRecord, ...]
    """Every epoch that has ended, in order."""
    step: int
    """Steps done in the epoch after those."""
    run_seconds: float
    """Time spent on the run so far, all attempts together."""
    epoch_seconds: float
    """The part of it that was spent on the unfinished epoch."""
    epoch_wait_seconds: float
    """The part of that in which training waited for input."""
    resumed: int
    """How many times the run has gone on from a checkpoint so far."""
