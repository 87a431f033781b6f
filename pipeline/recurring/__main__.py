"""`python -m pipeline.recurring`: have production call for retraining on a schedule."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from pipeline.recurring.command import add_subcommands, run_command

_EXAMPLES = """\
examples:
  python -m pipeline.recurring cronjob --schedule '0 3 * * *' --time-zone Europe/Berlin --config photos.yaml
  python -m pipeline.recurring deployment --schedule '0 3 * * *' --config photos.yaml --output deploy/
  python -m pipeline.recurring systemd --schedule '0 3 * * mon-fri' --config photos.yaml --output units/
  python -m pipeline.recurring kubeflow apply --host http://localhost:8080 --schedule '0 3 * * *' --config photos.yaml
  python -m pipeline.recurring kubeflow list --host http://localhost:8080

exit codes: 0 done; 1 the server refused or nothing could be written; 2 usage or configuration"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.recurring",
        description="Have Kubeflow Pipelines, Kubernetes or systemd call for retraining on a schedule.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_subcommands(parser.add_subparsers(metavar="WHAT", required=True))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = build_parser()
    options, unknown = parser.parse_known_args(arguments)
    return run_command(options, unknown_options=unknown, known_options=[*_option_strings(parser)])


def _option_strings(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for subparser in action.choices.values():
                yield from _option_strings(subparser)


if __name__ == "__main__":
    sys.exit(main())
