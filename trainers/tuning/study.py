"""The trials of a search on disk, with Optuna as the engine; several processes may work on them.

They lie in SQLite, whose locks end with the process that held them, so that a killed worker blocks nobody.
"""

import fcntl
import warnings
from pathlib import Path
from typing import cast

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from trainers.tuning.config import Scalar, TuneConfig, ValueRange, field_type

_FILE, _LOCK_FILE = "trials.sqlite", ".asking"
_BUSY_TIMEOUT_SECONDS = 60
_STARTUP_TRIALS = 3
"""Trials before the median is one of anything, or the sampler has something to learn from."""
LOSS = "loss"
"""Attribute of a trial: evaluation loss of its best epoch."""
BEST_EPOCH = "best_epoch"
"""Attribute of a trial: which epoch that was."""
ERROR = "error"
"""Attribute of a failed trial: why."""


class Study:
    """One search; every worker opens its own."""

    def __init__(self, folder: Path, tune: TuneConfig, *, seed: int) -> None:
        """Open it, or begin it.

        Args:
            folder: Holds the file of the trials; created where missing.
            tune: What is searched, and how.
            seed: With one worker, the same seed gives the same trials, interrupted or not.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._tune, self._seed = folder, tune, seed
        storage = optuna.storages.RDBStorage(
            f"sqlite:///{folder / _FILE}", engine_kwargs={"connect_args": {"timeout": _BUSY_TIMEOUT_SECONDS}}
        )
        self._study = optuna.create_study(
            study_name="search",
            storage=storage,
            direction="maximize" if tune.objective == "accuracy" else "minimize",
            pruner=_pruner(tune),
            load_if_exists=True,
        )

    def ask(self) -> Trial | None:
        """Begin the next trial; None when all have begun."""
        # Two workers that both saw the last one missing would begin one too many.
        with (self._folder / _LOCK_FILE).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            begun = len(self._study.get_trials(deepcopy=False))
            if begun >= self._tune.trials:
                return None
            self._sample_as(begun)
            return self._study.ask()

    def take_up(self, number: int) -> Trial:
        """Go on with a trial whose worker was killed; it keeps its values and what it has reported."""
        self._sample_as(number)
        (found,) = (trial for trial in self._study.get_trials(deepcopy=False) if trial.number == number)
        return Trial(self._study, found._trial_id)

    def _sample_as(self, number: int) -> None:
        """Draw a trial's values by its number, so that they depend on the trials before and on no interruption."""
        self._study.sampler = _sampler(self._tune, seed=self._seed + number)

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Numbers of the trials that have begun and not ended."""
        return tuple(trial.number for trial in self.trials() if trial.state == TrialState.RUNNING)

    def trials(self) -> list[FrozenTrial]:
        """Return all trials that have begun, in this order."""
        return self._study.get_trials(deepcopy=False)

    def complete(self, trial: Trial, *, accuracy: float, loss: float, best_epoch: int) -> None:
        """Put down how a trial ended."""
        trial.set_user_attr(LOSS, loss)
        trial.set_user_attr(BEST_EPOCH, best_epoch)
        self._study.tell(trial, accuracy if self._tune.objective == "accuracy" else loss)

    def prune(self, trial: Trial) -> None:
        """Put down that a trial was ended early."""
        self._study.tell(trial, state=TrialState.PRUNED)

    def fail(self, trial: Trial, why: str) -> None:
        """Put down that a trial led to nothing."""
        trial.set_user_attr(ERROR, why)
        self._study.tell(trial, state=TrialState.FAIL)


def suggest(trial: Trial, tune: TuneConfig) -> dict[str, Scalar]:
    """Return a trial's values, by setting."""
    return {name: _suggest_one(trial, name, values) for name, values in tune.space.items()}


def _suggest_one(trial: Trial, name: str, values: tuple[Scalar, ...] | ValueRange) -> Scalar:
    if not isinstance(values, ValueRange):
        return cast(Scalar, trial.suggest_categorical(name, values))
    if field_type(name) is int:
        step = 1 if values.step is None else int(values.step)
        return trial.suggest_int(name, int(values.low), int(values.high), log=values.log, step=step)
    return trial.suggest_float(name, values.low, values.high, log=values.log, step=values.step)


def _sampler(tune: TuneConfig, *, seed: int) -> optuna.samplers.BaseSampler:
    if tune.sampler == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # Trials that run side by side are taken for bad ones, so that two workers do not try the same.
        return optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=_STARTUP_TRIALS, multivariate=True, constant_liar=tune.parallel_trials > 1
        )


def _pruner(tune: TuneConfig) -> optuna.pruners.BasePruner:
    if tune.pruner == "none":
        return optuna.pruners.NopPruner()
    if tune.pruner == "hyperband":
        return optuna.pruners.HyperbandPruner(max_resource=tune.epochs or "auto")
    return optuna.pruners.MedianPruner(n_startup_trials=_STARTUP_TRIALS, n_warmup_steps=1)
