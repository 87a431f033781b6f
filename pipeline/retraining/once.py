"""One run, or one look, for a timer that is not ours: cron, systemd, a CronJob."""

from pipeline.errors import ExitCode
from pipeline.retraining.config import RetrainConfig
from pipeline.retraining.journal import Journal
from pipeline.retraining.records import Demand
from pipeline.retraining.service import LOG, Service
from pipeline.retraining.stop_signal import Stop


def run_once(service: Service, config: RetrainConfig, journal: Journal, stop: Stop) -> int:
    """Run the pipeline if it is to run; returns the exit code.

    The caller's timer takes the place of the settings' timers: a run is due, unless the settings name conditions alone,
    of which none holds. What the policies hold back is left to the caller's next time; a root in use is waited for.
    """
    service.recover()
    service.gather()
    state = journal.state()
    if state.breaker is not None:
        LOG.error("no run is started: %s; python -m pipeline.retrain resume", state.breaker.why)
        return int(ExitCode.FAILED)
    if state.paused is not None:
        LOG.info("no run is started: paused, %s", state.paused.why)
        return int(ExitCode.PUSHED_OR_UNCHANGED)
    if config.has_timer or not config.has_condition:
        service.ask("once", "one run was asked for")
    demand = journal.state().demand
    if demand is None:
        LOG.info("nothing is due")
        return int(ExitCode.PUSHED_OR_UNCHANGED)
    return _run(service, demand, config, stop)


def _run(service: Service, demand: Demand, config: RetrainConfig, stop: Stop) -> int:
    while not stop.is_set:
        hold = service.find_hold(demand)
        if hold is not None and not hold.is_root_in_use:
            service.skip(demand, hold.why)
            return int(ExitCode.PUSHED_OR_UNCHANGED)
        if hold is None:
            outcome = service.run(demand)
            if outcome.status != "root in use":
                return outcome.exit_code
        stop.wait(config.poll_seconds)
    return int(ExitCode.INTERRUPTED)
