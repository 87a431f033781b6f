"""Timers: the schedule and the interval, as times that come, are dealt with, and may have been missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Protocol

from apscheduler.triggers.interval import IntervalTrigger

from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.cron import Cron
from pipeline.retraining.durations import say_duration
from pipeline.retraining.records import Trigger
from pipeline.retraining.time_zone import parse_time_zone

MOST_MISSED = 1000
"""Counted one by one; after a longer absence the number is of no interest."""


class _Times(Protocol):
    def next_after(self, moment: datetime) -> datetime | None: ...


@dataclass(frozen=True)
class Timer:
    """One timer.

    Attributes:
        trigger: What it is called in the history.
        name: How its settings write it; a timer with other settings is another one.
        times: When it comes.
    """

    trigger: Trigger
    name: str
    times: _Times

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment, in UTC."""
        return self.times.next_after(moment)

    def between(self, anchor: datetime, now: datetime) -> list[datetime]:
        """Return the times after the anchor up to now, in UTC; after a long absence only the newest that were found."""
        times: list[datetime] = []
        time = self.next_after(anchor)
        while time is not None and time <= now and len(times) < MOST_MISSED:
            times.append(time)
            time = self.next_after(time)
        return times


class _Interval:
    """Every so often, counted from the anchor."""

    def __init__(self, length: timedelta) -> None:
        self._length = length

    def next_after(self, moment: datetime) -> datetime | None:
        trigger = IntervalTrigger(seconds=int(self._length.total_seconds()), timezone=timezone.utc)
        time: datetime | None = trigger.get_next_fire_time(moment, moment)
        return time


def timers_of(config: RetrainConfig) -> tuple[Timer, ...]:
    """Return the timers that the settings name."""
    timers = []
    if config.schedule is not None:
        times = Cron(config.schedule, parse_time_zone(config.time_zone))
        timers.append(Timer("schedule", f"schedule {config.schedule} {config.time_zone}", times))
    if config.every is not None:
        timers.append(Timer("every", f"every {say_duration(config.every)}", _Interval(config.every)))
    return tuple(timers)
