"""The subcommands, which say what production calls retraining with; loads nothing beyond the standard library."""

import argparse
from collections.abc import Sequence

from pipeline.command_line import option_strings

SUBCOMMANDS = ("kubeflow", "cronjob", "deployment", "systemd")
"""Their names."""
KUBEFLOW_ACTIONS = ("apply", "list", "pause", "resume", "delete")
"""What can be done with recurring runs."""
SYSTEMD_FORMS = ("timer", "service")
"""What systemd can keep."""
_HOW_TO_WRITE = "FILE, a folder ending in /, or - for the screen"


def add_subcommands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `kubeflow`, `cronjob`, `deployment` and `systemd`; `options.recurring` is set where one was chosen."""
    kubeflow = _add(subparsers, "kubeflow", "make, list, pause, resume or delete a recurring run of Kubeflow Pipelines")
    kubeflow.add_argument("action", metavar="ACTION", help=", ".join(KUBEFLOW_ACTIONS))
    kubeflow.add_argument("--host", metavar="URL", help="the server, e.g. http://localhost:8080")
    _add_schedule(kubeflow)
    _add_settings(kubeflow)
    for name, what in (
        ("cronjob", "write a Kubernetes CronJob that calls for each run"),
        ("deployment", "write a Kubernetes Deployment of the service, which keeps time itself"),
    ):
        parser = _add(subparsers, name, what)
        parser.add_argument("--image", metavar="IMAGE", help="image of the pod, with a tag or digest")
        parser.add_argument("--output", metavar="PATH", default="-", help=f"{_HOW_TO_WRITE} (default: -)")
        _add_schedule(parser)
        _add_settings(parser)
    systemd = _add(subparsers, "systemd", "write a timer with its service, or the service that keeps time itself")
    systemd.add_argument(
        "--form", metavar="NAME", default="timer", help=f"{' or '.join(SYSTEMD_FORMS)} (default: timer)"
    )
    systemd.add_argument("--output", metavar="DIR", default="-", help="folder, or - for the screen (default: -)")
    _add_schedule(systemd)
    _add_settings(systemd)


def run_subcommand(parser: argparse.ArgumentParser, words: Sequence[str]) -> int:
    """Do what a subcommand says; returns the exit code.

    Args:
        parser: The one that they were added to.
        words: The command line, from the subcommand on.
    """
    options, unknown = parser.parse_known_args(words)
    (subparsers,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    from pipeline.recurring.work import work

    return work(options, unknown_options=unknown, known_options=option_strings(subparsers.choices[words[0]]))


def _add(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=what, description=f"{what[:1].upper()}{what[1:]}.", allow_abbrev=False)
    parser.set_defaults(recurring=name)
    return parser


def _add_schedule(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("when")
    group.add_argument("--schedule", metavar="CRON", help="five fields, e.g. '0 3 * * *' for every night at three")
    group.add_argument("--time-zone", metavar="ZONE", help="e.g. Europe/Berlin (default: UTC)")


def _add_settings(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("the pipeline, as python -m pipeline.run has it").add_argument
    add("--config", metavar="FILE", help="YAML file of settings")
    add("--set", metavar="A.B=C", action="append", default=[], dest="assignments", help="one setting")
    add("--preset", metavar="NAME", help="starting point (default: by the data)")
    add("--data", metavar="digits|PATH", help="digits, or a folder of class folders, as seen where the run is")
    add("--root", metavar="DIR", help="folder of artifacts, metadata, logs and reports")
    add("--push-dir", metavar="DIR", help="folder that models are pushed to")
    add("--model-name", metavar="NAME", help="name under which the model is pushed")
