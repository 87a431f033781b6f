"""One trial: a training whose course decides whether it goes on."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import optuna
from optuna.trial import Trial

from trainers.errors import DivergedError, OutOfMemoryError
from trainers.example_split import TrainingData
from trainers.job import TrainingSide
from trainers.normalization import Normalization
from trainers.out_of_memory import explaining_out_of_memory
from trainers.progress import Report, TrainingProgress, log_progress
from trainers.tuning.hyperparameters import trial_settings
from trainers.tuning.request import TuningRequest
from trainers.tuning.study import Study, suggest


@dataclass(frozen=True)
class TrialRunner:
    """Runs the trials of a worker.

    Attributes:
        request: What is searched.
        side: The framework.
        data: What is trained on, loaded once for all trials.
        given: What the Transform graph makes of an image's levels.
        forget: Gives back what the models of earlier trials hold.
    """

    request: TuningRequest
    side: TrainingSide
    data: TrainingData
    given: Normalization
    forget: Callable[[], None]

    def run(self, study: Study, trial: Trial) -> None:
        """Train with a trial's values and put down how it ended.

        A training that diverges, or that does not fit in memory, is a failed trial; other errors are raised, since
        every trial would end in them.
        """
        folder = self.request.study_dir / f"trial-{trial.number}"
        try:
            self._train(study, trial, folder)
        except optuna.TrialPruned:
            study.prune(trial)
        except (DivergedError, OutOfMemoryError) as error:
            study.fail(trial, str(error))
        self.forget()
        shutil.rmtree(folder, ignore_errors=True)

    def _train(self, study: Study, trial: Trial, folder: Path) -> None:
        request = self.request
        config = trial_settings(request.train, request.tune, suggest(trial, request.tune))
        with explaining_out_of_memory(config, image_size_pixels=self.data.image_shape[0]):
            model, _ = self.side.build(config, self.data, given=self.given, pushed_bundle=request.pushed_bundle)
            history = self.side.train(
                model,
                self.data,
                config,
                work_dir=folder,
                checkpoint_dir=folder / "checkpoints",
                report=self._report(trial),
            )
        best = history.best
        study.complete(trial, accuracy=best.eval_accuracy, loss=best.eval_loss, best_epoch=history.best_epoch)

    def _report(self, trial: Trial) -> Report:
        tune = self.request.tune

        def report(progress: TrainingProgress) -> None:
            log_progress(replace(progress, trial=trial.number + 1, trials=tune.trials))
            if progress.resumed or progress.eval_accuracy is None or progress.eval_loss is None:
                return
            trial.report(progress.eval_accuracy if tune.objective == "accuracy" else progress.eval_loss, progress.epoch)
            if progress.epoch < progress.epochs and trial.should_prune():
                raise optuna.TrialPruned

        return report
