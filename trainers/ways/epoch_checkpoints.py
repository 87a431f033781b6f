"""Checkpoints between the epochs of a run that another library drives."""

from pathlib import Path

from trainers.checkpoints.run_fingerprint import run_fingerprint
from trainers.checkpoints.run_position import RunPosition
from trainers.checkpoints.saving import Checkpoints
from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.trained_model import TrainedModel
from trainers.ways.run_recorder import RunRecorder


class EpochCheckpoints:
    """The built-in loop's checkpoints, written after an epoch where the interval has passed; none without a folder."""

    def __init__(
        self,
        folder: Path | None,
        model: TrainedModel,
        recorder: RunRecorder,
        *,
        data: TrainingData,
        config: TrainConfig,
    ) -> None:
        """Prepare for a run; the folder belongs to it alone."""
        self._recorder = recorder
        self._checkpoints: Checkpoints | None = None
        if folder is not None:
            self._checkpoints = Checkpoints(
                folder,
                model,
                fingerprint=run_fingerprint(model, data, config),
                best_weights=recorder.best_weights,
                interval_seconds=config.checkpoint_interval_seconds,
                clock=recorder.clock,
            )

    def resume(self) -> None:
        """Put model, recorder and random states back to the newest checkpoint that fits, if there is one."""
        position = None if self._checkpoints is None else self._checkpoints.resume()
        if position is not None:
            self._recorder.resume(position.records, run_seconds=position.run_seconds, resumed=position.resumed + 1)

    def save_if_due(self) -> None:
        """Write a checkpoint if it is time for one."""
        if self._checkpoints is None or not self._checkpoints.is_due:
            return
        recorder = self._recorder
        position = RunPosition(
            records=tuple(recorder.records),
            step=0,
            run_seconds=recorder.clock.run_seconds,
            epoch_seconds=0.0,
            epoch_wait_seconds=0.0,
            resumed=recorder.resumed,
        )
        self._checkpoints.save(position)
