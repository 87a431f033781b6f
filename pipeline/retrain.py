"""`python -m pipeline.retrain`: run the pipeline at times, on new data, on drift; unattended."""

import argparse
import sys
from collections.abc import Sequence

from pipeline.command_line import read_words
from pipeline.recurring.command import SUBCOMMANDS, add_subcommands, run_subcommand

_EXAMPLES = """\
Every option of `python -m pipeline.run` that says what to run is taken too: --data, --framework, --model, --root,
--config, --set, --preset, --runner local|beam, ...; all settings of retraining: --set retrain.NAME=VALUE.

examples:
  python -m pipeline.retrain --schedule "0 3 * * *" --set retrain.time_zone=Europe/Berlin --data photos/
  python -m pipeline.retrain --on-new-span --on-drift --data 'data/span-{SPAN}' --config retrain.yaml
  python -m pipeline.retrain --once --config retrain.yaml       one run, for a timer of the platform

while it works, or not, from any shell; each takes --root, and --json where it prints something:
  python -m pipeline.retrain status
  python -m pipeline.retrain history
  python -m pipeline.retrain pause --reason TEXT
  python -m pipeline.retrain resume                             after a pause, or after too many failures
  python -m pipeline.retrain trigger --reason TEXT

what production calls it with; each takes the options of the pipeline, --schedule, --time-zone and --output:
  python -m pipeline.retrain cronjob --schedule '0 3 * * *' --config photos.yaml
  python -m pipeline.retrain deployment --config photos.yaml
  python -m pipeline.retrain systemd --schedule '0 3 * * *' --config photos.yaml --output units/
  python -m pipeline.retrain kubeflow apply --host http://localhost:8080 --schedule '0 3 * * *' --config photos.yaml

exit codes: 0 the service was ended, or the one run pushed, changed nothing or was not to start; 1 failed;
2 usage, configuration or data; 3 not blessed; 130 interrupted"""


_COMMANDS = {
    "status": "what the service does, and what keeps it from it",
    "history": "what it did",
    "pause": "start no run until resume",
    "resume": "start runs again, after a pause or after too many failures",
    "trigger": "ask for a run now",
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the service; what it does not know is for `pipeline.run`."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.retrain",
        description="Run the pipeline at times, on new data, on drift: never two runs at once, never a worse model.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--once", action="store_true", help="one run now, or, with conditions alone, one look whether a run is due")
    add("--schedule", metavar="CRON", help='five fields of cron, e.g. "0 3 * * *"')
    add("--time-zone", metavar="ZONE", help="zone of the schedule, e.g. Europe/Berlin (default: UTC)")
    add("--every", metavar="TIME", help="time between runs, e.g. 6h")
    add("--on-new-span", action="store_true", default=None, help="run when a new span of the data is ready")
    add("--on-drift", action="store_true", default=None, help="run when images or requests have drifted")
    add("--max-model-age", metavar="TIME", help="run when the pushed model is older, e.g. 30d")
    return parser


def build_command_parser() -> argparse.ArgumentParser:
    """Return the parser of the commands that look at a service, or tell it something."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.retrain", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.add_argument("--root", metavar="DIR", default="runs", help="root of the service (default: runs)")
        command.add_argument("--json", action="store_true", help="for machines")
        if name in ("pause", "trigger"):
            command.add_argument("--reason", metavar="TEXT", required=True, help="why, for the history")
        if name == "history":
            command.add_argument("--last", metavar="N", type=int, default=20, help="how many; 0 for all (default: 20)")
    add_subcommands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the service or one of its commands; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and not words[0].startswith("-"):
        return _run_command(words)
    options, rest, known = read_words(build_parser(), words)
    from pipeline.retraining.start import run_service

    return run_service(options, rest, known_options=known)


def _run_command(words: list[str]) -> int:
    names = (*_COMMANDS, *SUBCOMMANDS)
    if words[0] not in names:
        from trainers.did_you_mean import did_you_mean

        hint = did_you_mean(words[0], names)
        print(f"error: unknown command {words[0]!r}; commands are {', '.join(names)}.{hint}", file=sys.stderr)  # noqa: T201
        return 2
    if words[0] in SUBCOMMANDS:
        return run_subcommand(build_command_parser(), words)
    from pipeline.retraining.commands import run_command

    return run_command(build_command_parser().parse_args(words))


if __name__ == "__main__":
    sys.exit(main())
