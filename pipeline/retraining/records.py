"""What the service remembers: its state between two looks, and the history of what it did."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Trigger = Literal["once", "schedule", "every", "new span", "drift", "model age", "request", "retry", "resume"]
RunStatus = Literal["pushed", "refused", "unchanged", "failed", "skipped", "interrupted"]

SpanKey = tuple[int, int]
"""Number and version of a span; 0 where there are no versions. Later ones are greater."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Demand(_Record):
    """That a run is due, and why."""

    triggers: tuple[Trigger, ...]
    reason: str
    """In words, for people."""
    since: datetime
    not_before: datetime
    """Earliest start: `since` with the random delay of a scheduled run, or the end of a wait after a failure."""

    def joined_by(self, other: "Demand") -> "Demand":
        """Return the one demand for two; it keeps its place, and one run serves both."""
        triggers = (*self.triggers, *(name for name in other.triggers if name not in self.triggers))
        is_new = not set(other.triggers) <= set(self.triggers)
        reason = f"{self.reason}; {other.reason}" if is_new else self.reason
        return self.model_copy(update={"triggers": triggers, "reason": reason})


class Hold(_Record):
    """Why a run that is due does not start yet."""

    until: datetime
    """When to look again."""
    why: str
    is_root_in_use: bool = False
    """Whether it lasts as long as another run does, which nobody knows."""


class Stop(_Record):
    """Why no run is started until somebody says `resume`."""

    since: datetime
    why: str


class CurrentRun(_Record):
    """The run that is under way."""

    started: datetime
    demand: Demand
    run_id: str | None = None
    """Id of the pipeline's run, as soon as it is known."""
    resumes: str | None = None
    """Id of the run that it continues."""
    newest_span: SpanKey | None = None
    """Newest span of the data when it began."""


class State(_Record):
    """What the service has to know after a restart."""

    anchors: dict[str, datetime] = {}
    """Timer, as its settings write it, to its last time that was dealt with; when it is new, to the first start."""
    paused: Stop | None = None
    breaker: Stop | None = None
    """Open after too many failures in a row."""
    failures_in_a_row: int = 0
    demand: Demand | None = None
    """A run that is due."""
    hold: Hold | None = None
    """Why it waits."""
    current: CurrentRun | None = None
    run_to_resume: str | None = None
    """Id of an interrupted run that the next one continues."""
    newest_span: SpanKey | None = None
    """Newest span when the last run that worked began."""
    span_problem: str = ""
    """Why spans could not be listed, so that it is said once."""
    is_drifting: bool = False
    drift_measured: datetime | None = None
    age_tried: datetime | None = None
    """When the age of the model last started a run."""
    next_time: datetime | None = None
    """When a timer is due next, for people."""


class HistoryRecord(_Record):
    """One line of the history."""

    at: datetime
    """When the run began, or was skipped."""
    triggers: tuple[Trigger, ...]
    reason: str
    """Why a run was due."""
    status: RunStatus
    why: tuple[str, ...] = ()
    """Reasons of a refusal, the error of a failure, what it was skipped or interrupted for."""
    run_id: str | None = None
    resumes: str | None = None
    spans: tuple[str, ...] = ()
    """Spans of data that the run used, where the data has spans."""
    version: str | None = None
    """Version that was pushed."""
    seconds: float = 0.0
    """Wall time."""
