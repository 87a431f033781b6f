"""What a search found: the values for the training, and how they were found, for the report."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from trainers.errors import TuningError
from trainers.tuning.config import Objective, Scalar

SEARCH_KEY = "search"
"""Where the record is in the file of the best hyperparameters; what else is there has Keras Tuner's form."""
_BEST_FILE = "best_hyperparameters.txt"

TrialOutcome = Literal["complete", "pruned", "failed"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class TrialRecord(_Record):
    """One trial."""

    number: int
    """From 1."""
    outcome: TrialOutcome
    values: dict[str, Scalar]
    """Setting of `train` to its value."""
    objective: float | None
    """What it was judged by; of a pruned trial, its last."""
    loss: float | None
    """Evaluation loss of the best epoch."""
    best_epoch: int | None
    seconds: float
    """Wall time from its begin to its end, interruptions included."""
    error: str = ""
    """Why it failed."""


def best_first(trials: Iterable[TrialRecord], objective: Objective) -> list[TrialRecord]:
    """Return the trials that were trained to their end, ordered by the objective and, among equals, by the loss."""

    def rank(trial: TrialRecord) -> tuple[float, float]:
        value = math.inf if trial.objective is None else trial.objective * (-1 if objective == "accuracy" else 1)
        return value, math.inf if trial.loss is None else trial.loss

    return sorted((trial for trial in trials if trial.outcome == "complete"), key=rank)


class SearchRecord(_Record):
    """The whole search."""

    objective: Objective
    """`accuracy` or `loss`, of the evaluation split."""
    best: int
    """Number of the trial whose values the training takes."""
    trials: tuple[TrialRecord, ...]

    @property
    def best_trial(self) -> TrialRecord:
        """The trial whose values the training takes."""
        return next(trial for trial in self.trials if trial.number == self.best)

    def count(self, outcome: TrialOutcome) -> int:
        """Return how many trials ended in a way."""
        return sum(trial.outcome == outcome for trial in self.trials)

    def __str__(self) -> str:
        """Return the search in one line."""
        best, ends = self.best_trial, [f"{len(self.trials)} trials"]
        ends += [f"{count} {name}" for name in ("pruned", "failed") if (count := self.count(name))]
        values = ", ".join(f"{name}={_short(value)}" for name, value in best.values.items())
        return f"{', '.join(ends)}; best {self.best}: eval {self.objective} {best.objective:.4f} with {values}"


def _short(value: Scalar) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def read_search(hyperparameters_dir: Path) -> SearchRecord:
    """Read the record from the folder of TFX's HyperParameters artifact.

    Raises:
        TuningError: It is missing or holds something else.
    """
    path = hyperparameters_dir / _BEST_FILE
    try:
        return SearchRecord.model_validate(json.loads(path.read_text())[SEARCH_KEY])
    except (OSError, ValueError, KeyError, ValidationError) as error:
        raise TuningError(f"{path} holds no search of this version: {error}") from error
