"""What people are told: one event for each thing that happened."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from pipeline.retraining.notify.config import EventKind
from pipeline.retraining.records import HistoryRecord

_SENTENCES: dict[EventKind, str] = {
    "pushed": "version {version} is pushed",
    "refused": "no candidate was blessed, so the model that is pushed stays",
    "failed": "a run failed",
    "drift": "the data has drifted",
    "stopped": "retraining has stopped until somebody says resume",
    "recovered": "retraining works again",
}


class Event(BaseModel):
    """Something that happened; webhooks and commands get all of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: EventKind
    at: datetime
    model: str
    """Name under which models are pushed."""
    text: str
    """All of it in one sentence or two, for people."""
    why: tuple[str, ...] = ()
    """Reasons of a refusal or of drift, the error of a failure."""
    run_id: str | None = None
    version: str | None = None
    """Version that was pushed."""
    triggers: tuple[str, ...] = ()
    """What had started the run."""


def run_event(kind: EventKind, record: HistoryRecord, *, model: str, at: datetime) -> Event:
    """Return the event of a run that ended."""
    what = _SENTENCES[kind].format(version=record.version)
    detail = f": {'; '.join(record.why)}" if record.why else ""
    return Event(
        kind=kind,
        at=at,
        model=model,
        text=f"{model}: {what}{detail} (run {record.run_id or 'without id'}, {record.reason})",
        why=record.why,
        run_id=record.run_id,
        version=record.version,
        triggers=record.triggers,
    )


def plain_event(kind: EventKind, *why: str, model: str, at: datetime, what: str = "") -> Event:
    """Return an event that is about no single run.

    Args:
        kind: Which one.
        why: Its reasons.
        model: Name under which models are pushed.
        at: When it happened, in UTC.
        what: What happened, in words, where the kind alone does not say it.
    """
    text = f"{model}: {what or _SENTENCES[kind]}: {'; '.join(why)}"
    return Event(kind=kind, at=at, model=model, text=text, why=why)
