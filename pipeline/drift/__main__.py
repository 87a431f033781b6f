"""`python -m pipeline.drift`: compare new spans and the request log with what the pushed model was trained on."""

import argparse
import sys
from collections.abc import Sequence

from pipeline.command_line import end_on_sigterm, read_words

_EXAMPLES = """\
examples:
  python -m pipeline.drift --data 'data/span-{SPAN}/'                   spans that the pushed model has not seen
  python -m pipeline.drift --request-log runs/request-log --hours 24    what the model server was asked
  python -m pipeline.drift --config retrain.yaml --json

exit codes: 0 no drift, 3 drift, 1 failed, 2 usage, configuration or data"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.drift",
        description="Measure how far new images are from those that the pushed model was trained on.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--data", metavar="PATTERN", help="spans of images, 'data/span-{SPAN}'; those that the model has not seen count"
    )
    add("--request-log", metavar="DIR", help="request log of the model server (default: none)")
    add("--hours", metavar="N", help="how much of the request log, hours back from now (default: 24)")
    add("--root", metavar="DIR", help="folder of artifacts, metadata, logs and reports (default: runs)")
    add("--push-dir", metavar="DIR", help="folder that models are pushed to (default: models in the root)")
    add("--model-name", metavar="NAME", help="name under which the model is pushed (default: that of the data)")
    add("--config", metavar="FILE", help="YAML file of settings; the section drift is about this")
    add("--set", metavar="A.B=C", action="append", default=[], dest="assignments", help="one setting")
    add("--json", action="store_true", help="print what was found for machines")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options, unknown, known = read_words(build_parser(), arguments)
    end_on_sigterm()
    from pipeline.drift.command import run_command

    return run_command(options, unknown_options=unknown, known_options=known)


if __name__ == "__main__":
    sys.exit(main())
