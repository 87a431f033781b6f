"""Starting the service: the door, the lock, the world, and the exit code at the end."""

import argparse
import logging
import os
import random
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from components.pushed_versions import latest_pushed
from pipeline.config import PipelineConfig
from pipeline.errors import ExitCode, PipelineError
from pipeline.retraining import conditions
from pipeline.retraining.agenda import Agenda
from pipeline.retraining.child_runner import ChildRunner
from pipeline.retraining.clock import SystemClock
from pipeline.retraining.door import RetrainOrder, check_retraining
from pipeline.retraining.drift_measurement import measure_drift
from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.journal import Journal
from pipeline.retraining.newest_span import find_newest_span
from pipeline.retraining.notify.channels import channels_of
from pipeline.retraining.notify.notifier import Notifier
from pipeline.retraining.once import run_once
from pipeline.retraining.service import LOG, Service, World
from pipeline.retraining.service_lock import ServiceLock
from pipeline.retraining.stop_signal import StopSignal
from pipeline.retraining.timers import timers_of
from pipeline.retraining.warm_start import warm_start_arguments
from pipeline.runners.base import RunFolders

_TAKE_OVER_SECONDS = 5.0
_FAREWELL_SECONDS = 3.0
"""For notifications that are still to be sent when the service is stopped."""
_FAREWELL_SECONDS_OF_ONCE = 120.0


def run_service(options: argparse.Namespace, rest: Sequence[str], *, known_options: Sequence[str]) -> int:
    """Do what the options say until it is time to stop; returns the exit code."""
    errors = Console(stderr=True, highlight=False)
    try:
        order = check_retraining(options, rest, known_options)
        _log_to_standard_output()
        stop = StopSignal()
        stop.install()
        return _with_lock(order, stop)
    except PipelineError as error:
        for problem in str(error).splitlines():
            errors.print(f"error: {problem}", soft_wrap=True, markup=False)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)


def _log_to_standard_output() -> None:
    handler = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    LOG.handlers, LOG.propagate = [handler], False
    LOG.setLevel(logging.INFO)


def _with_lock(order: RetrainOrder, stop: StopSignal) -> int:
    """Work as the one service of the root; a second one waits until it is alone."""
    folder = RetrainingFolder.of_root(order.config.root)
    lock, owner = ServiceLock(folder.lock_file), None
    while not lock.acquire():
        if owner != (owner := lock.owner()):
            LOG.info("another service works in %s: %s", order.config.root, owner or "it has just begun")
            LOG.info("nothing to do for a single run" if order.is_once else "waiting until it ends")
        if order.is_once or stop.wait(_TAKE_OVER_SECONDS):
            return int(ExitCode.PUSHED_OR_UNCHANGED)
    with lock:
        return _work(order, folder, stop)


def _work(order: RetrainOrder, folder: RetrainingFolder, stop: StopSignal) -> int:
    config = order.config
    notifier = Notifier(channels_of(config.retrain.notify))
    journal = Journal(folder.journal)
    service = Service(
        config.retrain,
        journal,
        _agenda(order),
        World(
            clock=SystemClock(),
            runner=_runner(order, folder),
            stop=stop,
            tell=notifier.tell,
            find_newest_span=lambda: find_newest_span(config.data),
        ),
        model=config.pushed_name,
    )
    farewell_seconds = _FAREWELL_SECONDS_OF_ONCE if order.is_once else _FAREWELL_SECONDS
    try:
        if order.is_once:
            return run_once(service, config.retrain, journal, stop)
        LOG.info("service started in %s, process %d", config.root, os.getpid())
        service.serve()
        LOG.info("service ends, as it was told to")
        return int(ExitCode.PUSHED_OR_UNCHANGED)
    finally:
        notifier.close(timeout_seconds=farewell_seconds)
        journal.close()


def _runner(order: RetrainOrder, folder: RetrainingFolder) -> ChildRunner:
    config = order.config
    return ChildRunner(
        folders=RunFolders(config.root.absolute()),
        output=folder.output,
        arguments=lambda: (*order.run_arguments, *warm_start_arguments(config)),
        resume_arguments=order.resume_arguments,
        timeout=config.retrain.run_timeout,
        hidden_variables=config.retrain.notify.secret_variables,
    )


def _agenda(order: RetrainOrder) -> Agenda:
    config, retrain = order.config, order.config.retrain
    looks = []
    if retrain.on_new_span:
        looks.append(conditions.new_span(lambda: find_newest_span(config.data)))
    if retrain.max_model_age is not None:
        looks.append(conditions.model_age(retrain, lambda: _pushed_version(config)))
    if retrain.on_drift:
        looks.append(conditions.drift(retrain, lambda: _measure_drift(order)))
    timers = () if order.is_once else timers_of(retrain)
    return Agenda(
        retrain,
        timers=timers,
        conditions=looks,
        random_fraction=random.random,
        model=config.pushed_name,
    )


def _pushed_version(config: PipelineConfig) -> conditions.PushedVersion | None:
    folder: Path | None = latest_pushed(config.models_folder / config.pushed_name)
    if folder is None:
        return None
    pushed = datetime.fromtimestamp(folder.stat().st_mtime, timezone.utc)
    return conditions.PushedVersion(name=folder.name, pushed=pushed)


def _measure_drift(order: RetrainOrder) -> tuple[str, ...]:
    hidden = order.config.retrain.notify.secret_variables
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return measure_drift(order.run_arguments, environment=environment)
