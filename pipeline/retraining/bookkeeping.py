"""What a run that ended means for state, history and people. Pure."""

from datetime import datetime, timedelta

from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.entry import Entry
from pipeline.retraining.events import plain_event, run_event
from pipeline.retraining.notify.config import EventKind
from pipeline.retraining.policies import wait_after_failures
from pipeline.retraining.records import CurrentRun, Demand, HistoryRecord, RunStatus, State, Stop, Trigger
from pipeline.retraining.runner import OutcomeStatus, RunOutcome

_STATUSES: dict[OutcomeStatus, RunStatus] = {
    "pushed": "pushed",
    "refused": "refused",
    "unchanged": "unchanged",
    "failed": "failed",
    "interrupted": "interrupted",
}


def close_run(
    config: RetrainConfig,
    state: State,
    run: CurrentRun,
    outcome: RunOutcome,
    *,
    now: datetime,
    was_stopped: bool,
    model: str,
) -> Entry:
    """Return what follows from a run that ended.

    Args:
        config: Settings.
        state: The state before.
        run: The run.
        outcome: How it ended.
        now: When it ended, in UTC.
        was_stopped: Whether it was ended because the service stops.
        model: Name under which models are pushed.
    """
    state = state.model_copy(update={"current": None, "run_to_resume": _run_to_resume(outcome)})
    if outcome.status == "root in use":
        return Entry(state=state.model_copy(update={"demand": run.demand, "run_to_resume": run.resumes}))
    record = _record(run, outcome, now)
    if outcome.status == "interrupted" and was_stopped:
        return Entry(state=state.model_copy(update={"demand": _again(run, "resume", now)}), records=(record,))
    if outcome.status in ("failed", "interrupted"):
        return _after_failure(config, state, run, record, now=now, model=model)
    return _after_success(state, run, record, now=now, model=model)


def _run_to_resume(outcome: RunOutcome) -> str | None:
    return outcome.run_id if outcome.status == "interrupted" and outcome.is_resumable else None


def _record(run: CurrentRun, outcome: RunOutcome, now: datetime) -> HistoryRecord:
    return HistoryRecord(
        at=run.started,
        triggers=run.demand.triggers,
        reason=run.demand.reason,
        status=_STATUSES[outcome.status],
        why=outcome.why,
        run_id=outcome.run_id,
        resumes=run.resumes,
        spans=outcome.spans,
        version=outcome.version,
        seconds=round((now - run.started).total_seconds(), 1),
    )


def _again(run: CurrentRun, trigger: Trigger, now: datetime, wait: timedelta = timedelta(0)) -> Demand:
    others = tuple(name for name in run.demand.triggers if name not in ("retry", "resume"))
    return Demand(triggers=(trigger, *others), reason=run.demand.reason, since=now, not_before=now + wait)


def _after_failure(
    config: RetrainConfig, state: State, run: CurrentRun, record: HistoryRecord, *, now: datetime, model: str
) -> Entry:
    failures = state.failures_in_a_row + 1
    state = state.model_copy(update={"failures_in_a_row": failures})
    events = (run_event("failed", record, model=model, at=now),)
    if failures >= config.max_failures:
        why = f"{failures} runs in a row have failed, the last with: {'; '.join(record.why)}"
        state = state.model_copy(update={"breaker": Stop(since=now, why=why), "demand": None})
        return Entry(state=state, records=(record,), events=(*events, plain_event("stopped", why, model=model, at=now)))
    if record.status == "interrupted":  # it may go on at once; if that does not help, it waits like others
        wait = wait_after_failures(config, failures - 1) if failures > 1 else timedelta(0)
        demand = _again(run, "resume", now, wait)
    else:
        demand = _again(run, "retry", now, wait_after_failures(config, failures))
    return Entry(state=state.model_copy(update={"demand": demand}), records=(record,), events=events)


def _after_success(state: State, run: CurrentRun, record: HistoryRecord, *, now: datetime, model: str) -> Entry:
    kinds: tuple[EventKind, ...] = ()
    if record.status == "pushed":
        kinds = ("pushed",)
    elif record.status == "refused":
        kinds = ("refused",)
    if state.failures_in_a_row:
        kinds = (*kinds, "recovered")
    state = state.model_copy(update={"failures_in_a_row": 0, "newest_span": run.newest_span})
    return Entry(
        state=state, records=(record,), events=tuple(run_event(kind, record, model=model, at=now) for kind in kinds)
    )
