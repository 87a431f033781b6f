"""Checkpoints of a training run: when one is due, what it holds, and going on from it.

A checkpoint holds all that decides the rest of the run, so that a run that was killed and resumed ends with the weights
of one that was not: the learner's state, the weights of the best epoch, the position, and the random states.
"""

import logging
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trainers.checkpoints.host_random_state import HostRandomState
from trainers.checkpoints.run_fingerprint import differences
from trainers.checkpoints.run_position import RunPosition
from trainers.checkpoints.store import CheckpointStore
from trainers.errors import CheckpointError
from trainers.run_clock import RunClock
from trainers.trained_model import TrainedModel

_STATE_FILE = "learner_state"
_BEST_WEIGHTS_FILE = "best_weights"
_RUN_FILE = "run.json"
_MAX_SHARE_OF_TIME = 0.02
"""Writing takes no more of the training time than this; large models wait longer than the interval for that."""

_logger = logging.getLogger(__name__)


class _Run(BaseModel):
    """What `run.json` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: dict[str, str]
    position: RunPosition
    random_state: HostRandomState


class Checkpoints:
    """The checkpoints of one run."""

    def __init__(
        self,
        folder: Path,
        learner: TrainedModel,
        *,
        fingerprint: dict[str, str],
        best_weights: Path,
        interval_seconds: float,
        clock: RunClock,
    ) -> None:
        """Prepare for a run; the folder is created with the first checkpoint.

        Args:
            folder: Outlives the attempt, and belongs to this run alone.
            learner: Whose state to save and to load.
            fingerprint: What `run_fingerprint` says of the run.
            best_weights: Where the run keeps the weights of its best epoch.
            interval_seconds: Time between two checkpoints, at least; 0 asks for one whenever possible.
            clock: Time spent on the run.
        """
        self._store = CheckpointStore(folder)
        self._learner = learner
        self._fingerprint = fingerprint
        self._best_weights = best_weights
        self._interval_seconds = interval_seconds
        self._clock = clock
        self._due_seconds = clock.now_seconds + interval_seconds

    @property
    def is_due(self) -> bool:
        """Whether the interval has passed since the run began or the last checkpoint was written."""
        return self._clock.now_seconds >= self._due_seconds

    def save(self, position: RunPosition) -> None:
        """Write a checkpoint; where that fails, say so in the log and let the run go on."""
        began_seconds = self._clock.now_seconds
        try:
            self._store.write(lambda folder: self._fill(folder, position))
        except OSError as error:
            _logger.warning("Training goes on, but its checkpoint could not be written: %s.", error)
        ended_seconds = self._clock.now_seconds
        wait_seconds = self._interval_seconds
        if wait_seconds:
            wait_seconds = max(wait_seconds, (ended_seconds - began_seconds) / _MAX_SHARE_OF_TIME)
        self._due_seconds = ended_seconds + wait_seconds

    def resume(self) -> RunPosition | None:
        """Put the learner, the best weights and the random states back to the newest checkpoint that fits the run.

        Returns:
            Where that checkpoint was written; None where there is none, and nothing has been changed.
        """
        for folder in self._store.intact():
            try:
                return self._load(folder)
            except CheckpointError as error:
                _logger.warning("Checkpoint %s is not used: %s.", folder, error)
        return None

    def _fill(self, folder: Path, position: RunPosition) -> None:
        self._learner.save_state(folder / _STATE_FILE)
        if position.records:
            shutil.copyfile(self._best_weights, folder / _BEST_WEIGHTS_FILE)
        run = _Run(fingerprint=self._fingerprint, position=position, random_state=HostRandomState.capture())
        (folder / _RUN_FILE).write_text(run.model_dump_json(), encoding="utf-8")

    def _load(self, folder: Path) -> RunPosition:
        try:
            run = _Run.model_validate_json((folder / _RUN_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CheckpointError(f"{_RUN_FILE} holds no run of this version: {error}") from error
        changed = differences(run.fingerprint, self._fingerprint)
        if changed:
            raise CheckpointError(f"it belongs to another run: {'; '.join(changed)}")
        self._learner.load_state(folder / _STATE_FILE)
        if run.position.records:
            shutil.copyfile(folder / _BEST_WEIGHTS_FILE, self._best_weights)
        run.random_state.restore()
        return run.position
