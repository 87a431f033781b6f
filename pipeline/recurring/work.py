"""The work of the subcommands: check, generate or talk to the server, say what is there now and what comes next."""

import argparse
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console

from pipeline.errors import ExitCode, PipelineError
from pipeline.recurring.door import Problems, check_order, check_words
from pipeline.recurring.kubernetes.manifests import cron_job, deployment
from pipeline.recurring.order import RecurringOrder
from pipeline.recurring.output import write_files
from pipeline.recurring.systemd.units import service_units, timer_units
from pipeline.recurring.when import say_when

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
        for problem in str(error).splitlines():
            errors.print(f"error: {problem}", soft_wrap=True, markup=False)
        return int(error.exit_code)
    except KeyboardInterrupt:
        errors.print("interrupted", soft_wrap=True)
        return int(ExitCode.INTERRUPTED)
    return int(ExitCode.PUSHED_OR_UNCHANGED)


def _write_files(options: argparse.Namespace, problems: Problems, console: Console) -> None:
    order = check_order(options, problems)
    files = None if order is None else problems.collect(lambda: _generator(options)(order))
    if problems or order is None or files is None:
        raise problems.as_error()
    for path in write_files(files, options.output):
        console.print(f"Wrote {path}", soft_wrap=True, markup=False)
    say_when(order, console)


def _generator(options: argparse.Namespace) -> Callable[[RecurringOrder], Files]:
    generators: dict[str, Callable[[RecurringOrder], Files]] = {
        "cronjob": lambda order: {f"{order.name}-cronjob.yaml": cron_job(order)},
        "deployment": lambda order: {f"{order.name}-deployment.yaml": deployment(order)},
        "systemd": timer_units if getattr(options, "form", "") != "service" else service_units,
    }
    return generators[options.recurring]
