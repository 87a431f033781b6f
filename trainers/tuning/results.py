"""Put together what a search that has ended found."""

from typing import Any

from optuna.trial import FrozenTrial, TrialState

from trainers.errors import TuningError
from trainers.tuning.config import TuneConfig
from trainers.tuning.record import SearchRecord, TrialOutcome, TrialRecord, best_first
from trainers.tuning.study import BEST_EPOCH, ERROR, LOSS, Study

_OUTCOMES: dict[TrialState, TrialOutcome] = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
}


def record_search(study: Study, tune: TuneConfig) -> SearchRecord:
    """Return what a search that has ended found.

    Raises:
        TuningError: No trial was trained to its end.
    """
    trials = tuple(_record(trial) for trial in study.trials() if trial.state in _OUTCOMES)
    ranked = best_first(trials, tune.objective)
    if not ranked:
        why = next((trial.error for trial in trials if trial.error), "none was trained to its end")
        raise TuningError(f"none of {len(trials)} trials came to a result: {why}")
    return SearchRecord(objective=tune.objective, best=ranked[0].number, trials=trials)


def _record(trial: FrozenTrial) -> TrialRecord:
    attributes: dict[str, Any] = trial.user_attrs
    return TrialRecord(
        number=trial.number + 1,
        outcome=_OUTCOMES[trial.state],
        values=trial.params,
        objective=trial.value,
        loss=attributes.get(LOSS),
        best_epoch=attributes.get(BEST_EPOCH),
        seconds=round(trial.duration.total_seconds(), 3) if trial.duration else 0.0,
        error=attributes.get(ERROR, ""),
    )
