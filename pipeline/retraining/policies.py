"""The policies: may a run that is due start now, how long to wait after a failure, when to stop trying. Pure."""

from datetime import datetime, time, timedelta, timezone

from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.quiet_hours import parse_quiet_hours
from pipeline.retraining.records import Demand, HistoryRecord, Hold
from pipeline.retraining.time_zone import parse_time_zone

_MOST_DOUBLINGS = 32


def find_hold(config: RetrainConfig, demand: Demand, now: datetime, *, runs_today: int) -> Hold | None:
    """Return why a run that is due must wait, the reason that lasts longest; None when it may start.

    A person who asks for a run is not kept waiting.

    Args:
        config: Settings.
        demand: What is due.
        now: In UTC.
        runs_today: Runs that began on this day of the settings' time zone.
    """
    if "request" in demand.triggers:
        return None
    zone = parse_time_zone(config.time_zone)
    holds = []
    if now < demand.not_before:
        why = "after a failure" if demand.triggers[0] in ("retry", "resume") else "random delay"
        holds.append(Hold(until=demand.not_before, why=why))
    if config.quiet_hours is not None:
        until = parse_quiet_hours(config.quiet_hours).end_after(now, zone)
        holds += [Hold(until=until, why=f"quiet hours {config.quiet_hours}")] if until else []
    if runs_today >= config.max_runs_per_day:
        midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
        why = f"{runs_today} runs have started today, and {config.max_runs_per_day} may"
        holds.append(Hold(until=midnight.astimezone(timezone.utc), why=why))
    return max(holds, key=lambda hold: hold.until, default=None)


def count_runs_of_day(config: RetrainConfig, history: list[HistoryRecord], now: datetime) -> int:
    """Return how many runs of a history began on the day, in the settings' time zone, that `now` lies on."""
    zone = parse_time_zone(config.time_zone)
    today = now.astimezone(zone).date()
    return sum(record.status != "skipped" and record.at.astimezone(zone).date() == today for record in history)


def wait_after_failures(config: RetrainConfig, failures_in_a_row: int) -> timedelta:
    """Return how long to wait: `backoff` after one failure, doubled with each further one, `backoff_cap` at most."""
    doublings = min(failures_in_a_row - 1, _MOST_DOUBLINGS)
    factor: int = 2**doublings
    return min(config.backoff * factor, config.backoff_cap)
