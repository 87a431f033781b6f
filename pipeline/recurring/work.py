"""The work of the subcommands: check, generate or talk to the server, say what is there now and what comes next."""

import argparse
from collections.abc import Mapping, Sequence

from rich.console import Console

from pipeline.errors import ExitCode, PipelineError
from pipeline.problems import Problems
from pipeline.recurring.door import check_scheduled, check_standing, check_words, is_standing
from pipeline.recurring.kubernetes.manifests import cron_job, deployment
from pipeline.recurring.order import RecurringOrder, ScheduledOrder
from pipeline.recurring.output import write_files
from pipeline.recurring.systemd.units import service_units, timer_units
from pipeline.recurring.when import say_when
from pipeline.refusal import refuse

Files = Mapping[str, str]


def work(options: argparse.Namespace, *, unknown_options: Sequence[str], known_options: Sequence[str]) -> int:
    """Do what the options say; returns the exit code."""
    errors = Console(stderr=True, highlight=False)
    problems = Problems()
    try:
        check_words(options, unknown_options, known_options, problems)
        if options.recurring == "kubeflow":
            from pipeline.recurring.kubeflow.work import work_on_server

            work_on_server(options, problems, Console(highlight=False))
        else:
            # Files may go to standard output, so everything else is said beside it.
            _write_files(options, problems, errors)
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
    except KeyboardInterrupt:
        errors.print("interrupted", soft_wrap=True)
        return int(ExitCode.INTERRUPTED)
    return int(ExitCode.PUSHED_OR_UNCHANGED)


def _write_files(options: argparse.Namespace, problems: Problems, console: Console) -> None:
    order = check_standing(options, problems) if is_standing(options) else check_scheduled(options, problems)
    files = None if order is None else problems.collect(lambda: _generate(order, options.recurring))
    if problems or order is None or files is None:
        raise problems.as_error()
    for path in write_files(files, options.output):
        console.print(f"Wrote {path}", soft_wrap=True, markup=False)
    if isinstance(order, ScheduledOrder):
        say_when(order.schedule, order.zone, console)


def _generate(order: RecurringOrder, kind: str) -> Files:
    if not isinstance(order, ScheduledOrder):
        return service_units(order) if kind == "systemd" else {f"{order.name}-deployment.yaml": deployment(order)}
    return timer_units(order) if kind == "systemd" else {f"{order.name}-cronjob.yaml": cron_job(order)}
