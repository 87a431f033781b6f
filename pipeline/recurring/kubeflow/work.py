"""What `kubeflow ACTION` does: compile and upload where something changed, and arrange the recurring runs."""

import argparse
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from pipeline.door import Order
from pipeline.kubeflow.checked_package import compile_checked
from pipeline.kubeflow.cluster import Cluster, package_version
from pipeline.kubeflow.preconditions import pipeline_name
from pipeline.problems import Problems
from pipeline.recurring.door import check_config, check_scheduled
from pipeline.recurring.kubeflow.apply import apply, delete_all, is_there, switch
from pipeline.recurring.kubeflow.recurring_run import RecurringRun, WantedRun
from pipeline.recurring.kubeflow.server import ServerRecurringRuns
from pipeline.recurring.kubeflow.server_cron import server_cron
from pipeline.recurring.kubeflow.six_fields import SixFieldCron
from pipeline.recurring.kubeflow.submission import check_submission
from pipeline.recurring.order import ScheduledOrder, recurring_name
from pipeline.recurring.when import say_when


def work_on_server(options: argparse.Namespace, problems: Problems, console: Console) -> None:
    """Do what the options say.

    Args:
        options: From the command line.
        problems: What is already wrong with them.
        console: Where to say what was done.

    Raises:
        UsageError: With everything that is wrong.
        ClusterError: The server cannot be reached or refuses something.
    """
    if options.action == "apply":
        _apply(options, problems, console)
        return
    config = check_config(options, problems)
    name = None if config is None else problems.collect(lambda: recurring_name(config))
    if problems or config is None or name is None:
        raise problems.as_error()
    _ACTIONS[options.action](ServerRecurringRuns(Cluster(options.host, config.kubeflow)), name, console)


def _apply(options: argparse.Namespace, problems: Problems, console: Console) -> None:
    order = check_scheduled(options, problems)
    cron = None if order is None else problems.collect(lambda: server_cron(order, now=datetime.now(timezone.utc)))
    submission = problems.collect(lambda: check_submission(options))
    if problems or order is None or cron is None or submission is None:
        raise problems.as_error()
    _arrange(Cluster(options.host, submission.config.kubeflow), order, submission, cron, console)
    say_when(order.schedule, order.zone, console)


def _arrange(cluster: Cluster, order: ScheduledOrder, submission: Order, cron: SixFieldCron, console: Console) -> None:
    """Compile, upload if there is no recurring run of this package and schedule yet, and put it in its place."""
    pipeline = pipeline_name(submission.config)
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / f"{pipeline}.yaml"
        compile_checked(submission.config, submission.data, package)
        wanted = WantedRun(
            name=order.name,
            cron=cron,
            when=f"{order.schedule} {order.zone.key}",
            package_version=package_version(package),
            kubeflow=submission.config.kubeflow,
        )
        found = ServerRecurringRuns(cluster).find(order.name)
        version = None if is_there(found, wanted) else cluster.upload(package, pipeline)
    change, run = apply(ServerRecurringRuns(cluster, version), wanted)
    _say(console, f"{change.value.capitalize()} {_describe(run)}")


def _list(server: ServerRecurringRuns, name: str, console: Console) -> None:
    found = server.find()
    for run in found:
        _say(console, _describe(run))
    if not found:
        _say(console, "No recurring runs of Tandem there")


def _pause(server: ServerRecurringRuns, name: str, console: Console) -> None:
    _say(console, f"Paused {_describe(switch(server, name, is_enabled=False))}")


def _resume(server: ServerRecurringRuns, name: str, console: Console) -> None:
    _say(console, f"Resumed {_describe(switch(server, name, is_enabled=True))}")
    _say(console, "note: if a time was missed while it was paused, Kubeflow starts one run for the last of them now")


def _delete(server: ServerRecurringRuns, name: str, console: Console) -> None:
    number = delete_all(server, name)
    _say(console, f"Deleted {name}; runs that it has started go on" if number else f"There is no recurring run {name}")


_ACTIONS: dict[str, Callable[[ServerRecurringRuns, str, Console], None]] = {
    "list": _list,
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
}


def _describe(run: RecurringRun) -> str:
    state = "enabled" if run.is_enabled else "paused"
    return f"recurring run {run.name} ({run.id}), {state}: {run.mark.when}, on the server '{run.cron}'"


def _say(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True, markup=False)
