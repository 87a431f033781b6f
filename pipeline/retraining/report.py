"""What `status` and `history` say, for machines and for people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pipeline.retraining.records import HistoryRecord, State
from pipeline.retraining.service_lock import LockOwner

Facts = dict[str, Any]


def status_facts(state: State, owner: LockOwner | None, last: HistoryRecord | None) -> Facts:
    """Return the state of a service for machines.

    Args:
        state: What it remembers.
        owner: Who holds the lock; None when no service works.
        last: The newest line of the history.
    """
    return {
        "service": owner.model_dump(mode="json") if owner else None,
        "is_starting_runs": state.paused is None and state.breaker is None,
        **state.model_dump(mode="json"),
        "last": last.model_dump(mode="json") if last else None,
    }


def status_lines(facts: Facts) -> list[str]:
    """Return the same for people."""
    service, current, demand, hold = facts["service"], facts["current"], facts["demand"], facts["hold"]
    lines = [
        f"service     process {service['pid']} on {service['host']} since {_time(service['since'])}"
        if service
        else "service     none works in this root"
    ]
    lines += (
        [f"paused      since {_time(facts['paused']['since'])}: {facts['paused']['why']}"] if facts["paused"] else []
    )
    breaker = facts["breaker"]
    lines += [f"STOPPED     since {_time(breaker['since'])}: {breaker['why']}; resume starts again"] if breaker else []
    if current:
        lines.append(f"running     {current['run_id'] or 'begins'} since {_time(current['started'])}")
    if demand:
        waits = f", waits until {_time(hold['until'])}: {hold['why']}" if hold else ""
        lines.append(f"due         {', '.join(demand['triggers'])}: {demand['reason']}{waits}")
    lines += [f"next        {_time(facts['next_time'])}"] if facts["next_time"] else []
    lines += [f"failures    {facts['failures_in_a_row']} in a row"] if facts["failures_in_a_row"] else []
    last = facts["last"]
    lines.append(
        f"last        {history_lines([HistoryRecord.model_validate(last)])[0]}" if last else "last        nothing yet"
    )
    return lines


def history_lines(records: Sequence[HistoryRecord]) -> list[str]:
    """Return a line for each record."""
    return [_line(record) for record in records]


def _line(record: HistoryRecord) -> str:
    parts = [f"{_time(record.at)}  {record.status:<11} {', '.join(record.triggers)}: {record.reason}"]
    parts += [f"version {record.version}"] if record.version else []
    parts += [f"spans {', '.join(record.spans)}"] if record.spans else []
    parts += [f"run {record.run_id}"] if record.run_id else []
    parts += [f"{record.seconds:.1f} s"] if record.seconds else []
    return "; ".join([*parts, *record.why])


def _time(moment: datetime | str) -> str:
    when = datetime.fromisoformat(moment.replace("Z", "+00:00")) if isinstance(moment, str) else moment
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"
