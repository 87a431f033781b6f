"""The commands beside the service: status, history, pause, resume, trigger. They need no service to be running."""

import argparse
import contextlib
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.errors import PipelineError, UsageError
from pipeline.refusal import refuse
from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.journal import Journal
from pipeline.retraining.records import State, Stop
from pipeline.retraining.report import history_lines, status_facts, status_lines
from pipeline.retraining.service_lock import ServiceLock


def run_command(options: argparse.Namespace) -> int:
    """Do one command; returns the exit code."""
    try:
        with contextlib.closing(_open(Path(options.root))) as journal:
            _COMMANDS[options.command](options, journal)
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
    return 0


def _open(root: Path) -> Journal:
    file = RetrainingFolder.of_root(root).journal
    if not file.exists():
        raise UsageError([f"no service has worked in {root}; check --root"])
    return Journal(file)


def _status(options: argparse.Namespace, journal: Journal) -> None:
    owner = ServiceLock(RetrainingFolder.of_root(Path(options.root)).lock_file).owner()
    last = journal.history(limit=1)
    facts = status_facts(journal.state(), owner, last[0] if last else None)
    _print(options, facts, status_lines(facts))


def _history(options: argparse.Namespace, journal: Journal) -> None:
    records = journal.history(limit=options.last or None)
    _print(options, [record.model_dump(mode="json") for record in records], history_lines(records))


def _pause(options: argparse.Namespace, journal: Journal) -> None:
    stop = Stop(since=datetime.now(timezone.utc), why=f"paused: {options.reason}")
    journal.change(lambda state: state.model_copy(update={"paused": stop}))
    _print(options, {"paused": True}, ["paused: no run is started until resume; one that runs goes on"])


def _resume(options: argparse.Namespace, journal: Journal) -> None:
    before = journal.state()
    if before.paused is None and before.breaker is None:
        _print(options, {"resumed": False}, ["nothing to resume: it is neither paused nor stopped"])
        return
    journal.change(_start_again)
    _print(options, {"resumed": True}, ["runs are started again when they are due; trigger asks for one now"])


def _start_again(state: State) -> State:
    failures = 0 if state.breaker is not None else state.failures_in_a_row
    return state.model_copy(update={"paused": None, "breaker": None, "failures_in_a_row": failures})


def _trigger(options: argparse.Namespace, journal: Journal) -> None:
    state = journal.state()
    stop = state.paused or state.breaker
    if stop is not None:
        raise PipelineError(f"no run would start: {stop.why}; python -m pipeline.retrain resume comes first")
    journal.request(options.reason)
    _print(options, {"requested": True}, ["asked for a run; the service takes it up at its next look"])


def _print(options: argparse.Namespace, facts: Any, lines: list[str]) -> None:
    console = Console(highlight=False)
    for line in [json.dumps(facts, indent=2)] if options.json else lines:
        console.print(line, soft_wrap=True, markup=False)


_COMMANDS = {"status": _status, "history": _history, "pause": _pause, "resume": _resume, "trigger": _trigger}
