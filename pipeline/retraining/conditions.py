"""Conditions: a new span, drift, a model that has grown old; each says in words why a run is due, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from components.image_example_gen.spans.span import Span
from pipeline.errors import PipelineError
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.durations import say_duration
from pipeline.retraining.newest_span import span_key
from pipeline.retraining.records import State, Trigger

_AGAIN = timedelta(days=1)
"""A model that stays old, since no better one is found, is tried again after this time."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one condition found.

    Attributes:
        trigger: The condition.
        reason: Why a run is due, in words; empty when none is.
        problem: Why it could not be found out; empty when it could.
        change: What to remember, fields of State.
    """

    trigger: Trigger
    reason: str = ""
    problem: str = ""
    change: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PushedVersion:
    """The model that is pushed now."""

    name: str
    pushed: datetime


Condition = Callable[[State, datetime], Finding | None]
"""Looks at the world; None when it is not time to look, or there is nothing to say."""


def new_span(find_newest: Callable[[], Span | None]) -> Condition:
    """Return the condition that a span is newer than all were when the last run that worked began.

    Args:
        find_newest: Returns the newest span that is ready; raises PipelineError when spans cannot be listed.
    """

    def look(state: State, now: datetime) -> Finding | None:
        try:
            newest, problem = find_newest(), ""
        except PipelineError as error:
            newest, problem = None, str(error)
        change = {"span_problem": problem}
        if problem != state.span_problem:
            return Finding(trigger="new span", problem=problem, change=change)
        if newest is None or (state.newest_span is not None and span_key(newest) <= state.newest_span):
            return None
        return Finding(trigger="new span", reason=f"span {newest.name} is new", change=change)

    return look


def drift(config: RetrainConfig, measure: Callable[[], Sequence[str]]) -> Condition:
    """Return the condition that something has drifted.

    Args:
        config: Says how often to measure.
        measure: Returns what has drifted, in sentences; raises PipelineError when it cannot be measured.
    """

    def look(state: State, now: datetime) -> Finding | None:
        if state.drift_measured is not None and now - state.drift_measured < config.drift_every:
            return None
        try:
            reasons = measure()
        except PipelineError as error:
            return Finding(trigger="drift", problem=str(error), change={"drift_measured": now})
        change = {"drift_measured": now, "is_drifting": bool(reasons)}
        return Finding(trigger="drift", reason="; ".join(reasons), change=change)

    return look


def model_age(config: RetrainConfig, find_pushed: Callable[[], PushedVersion | None]) -> Condition:
    """Return the condition that the pushed model is older than the settings allow."""
    limit = config.max_model_age

    def look(state: State, now: datetime) -> Finding | None:
        version = find_pushed()
        if version is None or limit is None or now - version.pushed <= limit:
            return None
        if state.age_tried is not None and now - state.age_tried < _AGAIN:
            return None
        age = say_duration(now - version.pushed)
        reason = f"version {version.name} is {age} old, and {say_duration(limit)} is the limit"
        return Finding(trigger="model age", reason=reason, change={"age_tried": now})

    return look
