"""The entry that TFX's Tuner calls: a search in the clothes of a Keras Tuner, which that component knows."""

from pathlib import Path
from typing import Any, NamedTuple

import keras_tuner
from keras_tuner.engine.trial import Trial, TrialStatus

from trainers.config import TrainConfig
from trainers.tuning.config import Scalar, TuneConfig, ValueRange, field_type
from trainers.tuning.record import SEARCH_KEY, SearchRecord, TrialRecord, best_first
from trainers.tuning.request import TuningRequest
from trainers.tuning.search import run_search


class TunerFnResult(NamedTuple):
    """What TFX's Tuner wants from a `tuner_fn`; the same fields as its own type of this name."""

    tuner: "SearchTuner"
    fit_kwargs: dict[str, Any]


def tuner_fn(fn_args: Any) -> TunerFnResult:
    """Return the search that TFX's Tuner is to run.

    Args:
        fn_args: TFX's FnArgs; its `custom_config` holds `framework`, `train`, `tune` and `study_dir`, and may hold
            `pushed_bundle`.
    """
    return TunerFnResult(tuner=SearchTuner(decode_request(fn_args)), fit_kwargs={})


def decode_request(fn_args: Any) -> TuningRequest:
    """Turn FnArgs, whose fields may all be None, into one complete value."""
    custom = fn_args.custom_config
    pushed_bundle = custom.get("pushed_bundle")
    return TuningRequest(
        framework=custom["framework"],
        train=TrainConfig.model_validate(custom["train"]),
        tune=TuneConfig.model_validate(custom["tune"]),
        train_files=tuple(fn_args.train_files),
        eval_files=tuple(fn_args.eval_files),
        transform_graph_dir=Path(fn_args.transform_graph_path),
        pushed_bundle=Path(pushed_bundle) if pushed_bundle else None,
        # Without a folder that outlives the attempt, a search that is killed starts again.
        study_dir=Path(custom.get("study_dir") or Path(fn_args.working_dir) / "study"),
    )


class SearchTuner:
    """As much of `keras_tuner.Tuner` as TFX's Tuner calls; it is its own oracle."""

    def __init__(self, request: TuningRequest) -> None:
        """Prepare a search."""
        self._request = request
        self._found: SearchRecord | None = None
        self.tuner_id = f"{request.framework} search"
        self.max_trials = request.tune.trials
        self.oracle = self

    def search_space_summary(self) -> None:
        """Say nothing: the settings are in the configuration."""

    def results_summary(self) -> None:
        """Say nothing: the results are in the report."""

    def search(self) -> None:
        """Run the search."""
        self._found = run_search(self._request)

    @property
    def _result(self) -> SearchRecord:
        if self._found is None:
            raise RuntimeError("search() has not ended")
        return self._found

    def get_best_hyperparameters(self) -> list[keras_tuner.HyperParameters]:
        """Return the best values; their configuration holds the record of the search as well."""
        best = _Hyperparameters(self._result)
        _fill(best, self._request.tune, self._result.best_trial)
        return [best]

    def get_best_trials(self, num_trials: int) -> list[Trial]:
        """Return the trials that were trained to their end, the best first."""
        ranked = best_first(self._result.trials, self._result.objective)
        return [self._as_trial(record) for record in ranked[:num_trials]]

    def _as_trial(self, record: TrialRecord) -> Trial:
        hyperparameters = keras_tuner.HyperParameters()
        _fill(hyperparameters, self._request.tune, record)
        trial = Trial(hyperparameters, trial_id=str(record.number), status=TrialStatus.COMPLETED)
        trial.score = record.objective
        return trial


class _Hyperparameters(keras_tuner.HyperParameters):
    def __init__(self, found: SearchRecord) -> None:
        super().__init__()
        self._found = found

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), SEARCH_KEY: self._found.model_dump(mode="json")}


def _fill(hyperparameters: keras_tuner.HyperParameters, tune: TuneConfig, record: TrialRecord) -> None:
    """Put the search space and a trial's values into Keras Tuner's form."""
    for name, values in tune.space.items():
        _declare(hyperparameters, name, values)
        hyperparameters.values[name] = record.values[name]


def _declare(hyperparameters: keras_tuner.HyperParameters, name: str, values: tuple[Scalar, ...] | ValueRange) -> None:
    if not isinstance(values, ValueRange):
        hyperparameters.Choice(name, list(values))
        return
    sampling = "log" if values.log else "linear"
    if field_type(name) is int:
        step = int(values.step) if values.step else None
        hyperparameters.Int(name, int(values.low), int(values.high), step=step, sampling=sampling)
        return
    hyperparameters.Float(name, values.low, values.high, step=values.step, sampling=sampling)
