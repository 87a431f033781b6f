"""What makes a run due: times that have come, conditions that hold, commands of people."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from pipeline.retraining.conditions import Condition, Finding
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.entry import Entry
from pipeline.retraining.events import Event, plain_event
from pipeline.retraining.records import Demand, HistoryRecord, State, Stop
from pipeline.retraining.timers import MOST_MISSED, Timer

DueTimes = tuple[tuple[Timer, str], ...]
"""Each timer whose time has come, with its times in words."""


class Agenda:
    """Timers and conditions of one service."""

    def __init__(
        self,
        config: RetrainConfig,
        *,
        timers: Sequence[Timer],
        conditions: Sequence[Condition],
        random_fraction: Callable[[], float],
        model: str,
    ) -> None:
        """Take what makes runs due.

        Args:
            config: Settings.
            timers: Whose times count.
            conditions: Each is asked as long as no run is due.
            random_fraction: Returns 0 to 1, the share of the longest random delay.
            model: Name under which models are pushed.
        """
        self._config = config
        self._timers = timers
        self._conditions = conditions
        self._random_fraction = random_fraction
        self._model = model

    def gather(self, state: State, requests: Sequence[str], now: datetime) -> Entry:
        """Return the state with everything in it that has become due."""
        state, due = self._take_times(state, now)
        demands = [*_asked(requests, now), *self._timed(due, now)]
        findings: list[Finding] = []
        if state.demand is None and not demands:
            findings = [found for condition in self._conditions if (found := condition(state, now)) is not None]
        demands += [
            Demand(triggers=(found.trigger,), reason=found.reason, since=now, not_before=now)
            for found in findings
            if found.reason
        ]
        events = tuple(event for found in findings for event in self._events(state, found, now))
        changes: dict[str, Any] = {name: value for found in findings for name, value in found.change.items()}
        return Entry(state=with_demands(state.model_copy(update=changes), demands), events=events)

    def let_go(self, state: State, requests: Sequence[str], now: datetime, stop: Stop) -> Entry:
        """Return the state in which nothing is due, and what was as skipped, since no run is to be started."""
        demands = [state.demand] if state.demand else []
        entry = self.skip_times(state.model_copy(update={"demand": None, "hold": None}), now, why=stop.why)
        records = [skipped(demand, stop.why, now) for demand in [*demands, *_asked(requests, now)]]
        return Entry(state=entry.state, records=(*records, *entry.records))

    def skip_times(self, state: State, now: datetime, *, why: str) -> Entry:
        """Return the state in which no time is left to deal with, and those that had come as skipped."""
        state, due = self._take_times(state, now)
        return Entry(state=state, records=tuple(skipped(demand, why, now) for demand in self._timed(due, now)))

    def _take_times(self, state: State, now: datetime) -> tuple[State, DueTimes]:
        """Deal with the times that have come. Those that were missed count as one, and a new timer has none yet."""
        if not self._timers:
            return state, ()
        anchors, due = {}, []
        for timer in self._timers:
            anchor = state.anchors.get(timer.name, now)
            times = timer.between(anchor, now)
            if times:
                missed = f", {len(times) - 1} earlier missed" if len(times) > 1 else ""
                due.append((timer, f"due at {times[-1]:%Y-%m-%d %H:%M} UTC{missed}"))
                anchor = times[-1] if len(times) < MOST_MISSED else now
            anchors[timer.name] = anchor
        upcoming = [time for timer in self._timers if (time := timer.next_after(anchors[timer.name])) is not None]
        changed = {"anchors": anchors, "next_time": min(upcoming, default=None)}
        return state.model_copy(update=changed), tuple(due)

    def _timed(self, due: DueTimes, now: datetime) -> list[Demand]:
        delay = timedelta(seconds=self._config.jitter.total_seconds() * self._random_fraction())
        return [Demand(triggers=(timer.trigger,), reason=why, since=now, not_before=now + delay) for timer, why in due]

    def _events(self, state: State, found: Finding, now: datetime) -> list[Event]:
        if found.problem:
            what = f"{found.trigger} could not be found out"
            return [plain_event("failed", found.problem, model=self._model, at=now, what=what)]
        if found.trigger == "drift" and found.reason and not state.is_drifting:
            return [plain_event("drift", found.reason, model=self._model, at=now)]
        return []


def with_demands(state: State, demands: Sequence[Demand]) -> State:
    """Return the state with one demand for what was due and what has become due."""
    all_of_them = [*([state.demand] if state.demand else []), *demands]
    return state.model_copy(update={"demand": reduce(Demand.joined_by, all_of_them)}) if all_of_them else state


def _asked(requests: Sequence[str], now: datetime) -> list[Demand]:
    return [Demand(triggers=("request",), reason=reason, since=now, not_before=now) for reason in requests]


def skipped(demand: Demand, why: str, now: datetime) -> HistoryRecord:
    """Return the record of a run that was due and does not take place."""
    return HistoryRecord(at=now, triggers=demand.triggers, reason=demand.reason, status="skipped", why=(why,))
