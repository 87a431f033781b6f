"""A world in which a service of retraining lives through days in a moment: its clock, and a pipeline by script."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from components.image_example_gen.spans.span import Span
from pipeline.retraining.agenda import Agenda
from pipeline.retraining.conditions import Condition
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.events import Event
from pipeline.retraining.journal import Journal
from pipeline.retraining.records import HistoryRecord
from pipeline.retraining.runner import RunOrder, RunOutcome
from pipeline.retraining.service import Service, World
from pipeline.retraining.stop_signal import Stop
from pipeline.retraining.timers import timers_of

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
Script = Callable[[RunOrder], RunOutcome]


class ServiceKilled(BaseException):
    """What a runner raises for a service that is killed during a run."""


@dataclass
class SimulatedStop:
    """Set by hand."""

    is_set: bool = False

    def wait(self, seconds: float) -> bool:
        return self.is_set


@dataclass
class SimulatedWorld:
    """Everything that a service works with, and what it did."""

    folder: Path
    now_is: datetime = START
    minutes_per_run: float = 1.0
    outcomes: list[RunOutcome] = field(default_factory=list)
    """Of the runs to come; when none is left, runs are unchanged."""
    settled: RunOutcome = field(default_factory=lambda: RunOutcome(status="interrupted", why=("it was killed",)))
    """What became of a run whose service was killed."""
    is_killed_in_run: bool = False
    root_is_free: bool = True
    newest_span: Span | None = None
    orders: list[RunOrder] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    stop: SimulatedStop = field(default_factory=SimulatedStop)
    until: datetime = START
    random_fraction: float = 0.5

    def now(self) -> datetime:
        return self.now_is

    def wait_until(self, moment: datetime, stop: Stop) -> None:
        assert moment > self.now_is, "the service looks again without waiting"
        self.now_is = moment
        if moment >= self.until:
            self.stop.is_set = True

    def is_root_free(self) -> bool:
        return self.root_is_free

    def run(self, order: RunOrder, stop: Stop, tell_run_id: Callable[[str], None]) -> RunOutcome:
        self.orders.append(order)
        self.starts.append(self.now_is)
        tell_run_id(order.name)
        self.now_is += timedelta(minutes=self.minutes_per_run)
        if self.is_killed_in_run:
            raise ServiceKilled
        return self.outcomes.pop(0) if self.outcomes else RunOutcome(status="unchanged", run_id=order.name, exit_code=0)

    def settle(self, run_id: str | None, *, started: datetime) -> RunOutcome:
        return self.settled

    def __post_init__(self) -> None:
        self.journal = Journal(self.folder / "journal.sqlite")

    def service(self, conditions: Sequence[Condition] = (), **settings: object) -> Service:
        """Return a service with these settings, on the journal of this world."""
        config = RetrainConfig.model_validate({"poll_seconds": 600, **settings})
        agenda = Agenda(
            config,
            timers=timers_of(config),
            conditions=conditions,
            random_fraction=lambda: self.random_fraction,
            model="digits",
        )
        world = World(
            clock=self, runner=self, stop=self.stop, tell=self.events.append, find_newest_span=lambda: self.newest_span
        )
        return Service(config, self.journal, agenda, world, model="digits")

    def live(self, service: Service, **length: float) -> None:
        """Let the service work for some time from now on."""
        self.until = self.now_is + timedelta(**length)
        self.stop.is_set = False
        service.serve()

    def history(self) -> list[HistoryRecord]:
        return self.journal.history()

    def told(self) -> list[str]:
        """Return the kinds of the events in order."""
        return [event.kind for event in self.events]


def failed(why: str = "Trainer_keras: out of memory") -> RunOutcome:
    return RunOutcome(status="failed", why=(why,), exit_code=1)
