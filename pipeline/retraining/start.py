"""Starting the service: the door, the lock, the world, and the exit code at the end."""

import argparse
import contextlib
import logging
import os
import sys
import time
from collections.abc import Sequence

from pipeline.errors import ExitCode, PipelineError
from pipeline.refusal import refuse
from pipeline.retraining.assembly import build_agenda, build_runner
from pipeline.retraining.clock import SystemClock
from pipeline.retraining.door import RetrainOrder, check_retraining
from pipeline.retraining.events import plain_event
from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.journal import Journal
from pipeline.retraining.newest_span import find_newest_span
from pipeline.retraining.notify.channels import channels_of
from pipeline.retraining.notify.notifier import Notifier
from pipeline.retraining.once import run_once
from pipeline.retraining.service import LOG, Service
from pipeline.retraining.service_lock import ServiceLock
from pipeline.retraining.stop_signal import StopSignal
from pipeline.retraining.world import World

_TAKE_OVER_SECONDS = 5.0
_FAREWELL_SECONDS = 3.0
"""For notifications that are still to be sent when the service is stopped."""
_FAREWELL_SECONDS_OF_ONCE = 120.0


def run_service(options: argparse.Namespace, rest: Sequence[str], *, known_options: Sequence[str]) -> int:
    """Do what the options say until it is time to stop; returns the exit code."""
    try:
        order = check_retraining(options, rest, known_options)
        _log_to_standard_output()
        stop = StopSignal()
        stop.install()
        return _with_lock(order, stop)
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
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
    model = order.config.pushed_name
    notifier = Notifier(channels_of(order.config.retrain.notify))
    try:
        with contextlib.closing(Journal(folder.journal)) as journal:
            return _serve(order, folder, journal, stop, notifier)
    except Exception as error:  # whatever it is, the service ends, and people must get to know it
        why = str(error) if isinstance(error, PipelineError) else type(error).__name__
        notifier.tell(plain_event("stopped", why, model=model, at=SystemClock().now(), what="the service has ended"))
        raise
    finally:
        notifier.close(timeout_seconds=_FAREWELL_SECONDS_OF_ONCE if order.is_once else _FAREWELL_SECONDS)


def _serve(
    order: RetrainOrder, folder: RetrainingFolder, journal: Journal, stop: StopSignal, notifier: Notifier
) -> int:
    config = order.config
    world = World(
        clock=SystemClock(),
        runner=build_runner(order, folder),
        stop=stop,
        tell=notifier.tell,
        find_newest_span=lambda: find_newest_span(config.data),
    )
    service = Service(config.retrain, journal, build_agenda(order), world, model=config.pushed_name)
    if order.is_once:
        return run_once(service, config.retrain, journal, stop)
    LOG.info("service started in %s, process %d", config.root, os.getpid())
    service.serve()
    LOG.info("service ends, as it was told to")
    return int(ExitCode.PUSHED_OR_UNCHANGED)
