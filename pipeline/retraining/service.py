"""The service: looks what is due, runs it if it may run now, writes down what came of it, waits for the next look."""

import logging
from datetime import datetime, timedelta

from pipeline.errors import PipelineError
from pipeline.retraining.agenda import Agenda, skipped, with_demands
from pipeline.retraining.bookkeeping import close_run
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.entry import Entry
from pipeline.retraining.journal import Journal
from pipeline.retraining.newest_span import span_key
from pipeline.retraining.policies import count_runs_of_day, find_hold
from pipeline.retraining.records import CurrentRun, Demand, Hold, SpanKey, State, Trigger
from pipeline.retraining.runner import RunOrder, RunOutcome
from pipeline.retraining.world import World

LOG = logging.getLogger("pipeline.retraining")


class Service:
    """One service on one root."""

    def __init__(self, config: RetrainConfig, journal: Journal, agenda: Agenda, world: World, *, model: str) -> None:
        """Take everything that the service needs; nothing happens yet.

        Args:
            config: Settings.
            journal: State and history.
            agenda: What makes runs due.
            world: Clock, runner, signal to stop, people to tell.
            model: Name under which models are pushed.
        """
        self._config = config
        self._journal = journal
        self._agenda = agenda
        self._world = world
        self._model = model

    def serve(self) -> None:
        """Work until it is time to stop."""
        self.recover()
        while not self._world.stop.is_set:
            self._world.clock.wait_until(self.look(), self._world.stop)

    def recover(self) -> None:
        """Deal with a run whose service died."""
        run, world = self._journal.state().current, self._world
        if run is None:
            return
        LOG.warning("the service before this one ended during a run")
        while not world.runner.is_root_free() and not world.stop.is_set:  # the run is about to end as well
            world.clock.wait_until(world.clock.now() + timedelta(seconds=1), world.stop)
        if not world.stop.is_set:
            self._close(run, world.runner.settle(run.run_id, started=run.started))

    def look(self) -> datetime:
        """Do what is to be done now; returns when to look again, in UTC."""
        self.gather()
        state = self._journal.state()
        if state.demand is not None and self.find_hold(state.demand) is None:
            self.run(state.demand)
        return self._next_look()

    def gather(self) -> None:
        """Note what has become due, or let go of it while no run is to be started."""
        now, before, asked = self._world.clock.now(), self._journal.state(), self._journal.requests()
        reasons = [reason for _, reason in asked]
        stop = before.paused or before.breaker
        if stop is not None:
            entry = self._agenda.let_go(before, reasons, now, stop)
        else:
            entry = self._agenda.gather(before, reasons, now)
        self._write(before, entry, taken_requests=max((number for number, _ in asked), default=0))

    def ask(self, trigger: Trigger, reason: str) -> None:
        """Make a run due now."""
        now, before = self._world.clock.now(), self._journal.state()
        demand = Demand(triggers=(trigger,), reason=reason, since=now, not_before=now)
        self._write(before, Entry(state=with_demands(before, [demand])))

    def skip(self, demand: Demand, why: str) -> None:
        """Write down that a run that is due does not start this time."""
        state = self._journal.state()
        self._write(state, Entry(state=state, records=(skipped(demand, why, self._world.clock.now()),)))

    def find_hold(self, demand: Demand) -> Hold | None:
        """Return why a run that is due must wait, and note it for people; None when it may start."""
        now, before = self._world.clock.now(), self._journal.state()
        runs = self._journal.history(limit=self._config.max_runs_per_day, with_skipped=False)
        runs_today = count_runs_of_day(self._config, runs, now)
        hold = find_hold(self._config, demand, now, runs_today=runs_today)
        if hold is None and not self._world.runner.is_root_free():
            until = now + timedelta(seconds=self._config.poll_seconds)
            hold = Hold(until=until, why="another run works in the root", is_root_in_use=True)
        if hold is not None and (before.hold is None or before.hold.why != hold.why):
            LOG.info("a run is due, but waits until %s: %s", f"{hold.until:%Y-%m-%d %H:%M:%S} UTC", hold.why)
            self._write(before, Entry(state=before.model_copy(update={"hold": hold})))
        return hold

    def run(self, demand: Demand) -> RunOutcome:
        """Run the pipeline and write down what came of it."""
        now, before = self._world.clock.now(), self._journal.state()
        resumed = before.run_to_resume
        run = CurrentRun(
            started=now,
            demand=demand,
            resumes=resumed.run_id if resumed else None,
            newest_span=resumed.newest_span if resumed else self._newest_span_key(),
        )
        started = before.model_copy(update={"demand": None, "hold": None, "current": run})
        self._write(before, Entry(state=started))
        LOG.info("run starts, %s: %s", ", ".join(demand.triggers), demand.reason)
        order = RunOrder(name=f"{now:%Y%m%d-%H%M%S}", resumes=run.resumes)
        outcome = self._world.runner.run(order, self._world.stop, self._note_run_id)
        self._close(run, outcome)
        now, before = self._world.clock.now(), self._journal.state()
        self._write(before, self._agenda.skip_times(before, now, why="a run was under way"))
        return outcome

    def _newest_span_key(self) -> SpanKey | None:
        try:
            newest = self._world.find_newest_span()
        except PipelineError:  # the run says so itself
            return None
        return span_key(newest) if newest else None

    def _note_run_id(self, run_id: str) -> None:
        def note(state: State) -> State:
            return state.model_copy(
                update={"current": state.current and state.current.model_copy(update={"run_id": run_id})}
            )

        self._journal.change(note)

    def _close(self, run: CurrentRun, outcome: RunOutcome) -> None:
        now, before = self._world.clock.now(), self._journal.state()
        was_stopped = self._world.stop.is_set
        entry = close_run(self._config, before, run, outcome, now=now, was_stopped=was_stopped, model=self._model)
        self._write(before, entry)

    def _write(self, before: State, entry: Entry, *, taken_requests: int = 0) -> None:
        """Write an entry down, then tell people; where it changes nothing, nothing is written."""
        changes = entry.changes_of(before)
        if changes or entry.records or taken_requests:
            self._journal.change(
                lambda state: state.model_copy(update=changes), *entry.records, taken_requests=taken_requests
            )
        for record in entry.records:
            LOG.info("%s, %s: %s%s", record.status, ", ".join(record.triggers), record.reason, _detail(record.why))
        for event in entry.events:
            self._world.tell(event)

    def _next_look(self) -> datetime:
        now, state = self._world.clock.now(), self._journal.state()
        moments = [state.next_time]
        moments += [state.demand.not_before] if state.demand else []
        moments += [state.hold.until] if state.hold else []
        upcoming = [moment for moment in moments if moment is not None and moment > now]
        return min([*upcoming, now + timedelta(seconds=self._config.poll_seconds)])


def _detail(why: tuple[str, ...]) -> str:
    return f" ({'; '.join(why)})" if why else ""
