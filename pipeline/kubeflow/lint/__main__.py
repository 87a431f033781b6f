"""`python -m pipeline.kubeflow.lint FILE`: say whether Kubeflow Pipelines would take and could run a package."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import ExitCode, UsageError
from pipeline.kubeflow.lint.run import RULES, lint_file


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint a file; returns 0 if it is clean and 2 if not."""
    rules = "\n".join(f"  {rule.name:<22} {rule.sentence}" for rule in RULES)
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.kubeflow.lint",
        description="Check a compiled package against the rules of Kubeflow Pipelines 2.",
        epilog=f"rules:\n{rules}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="compiled package, .yaml")
    file = parser.parse_args(arguments).file
    try:
        findings = lint_file(file)
    except UsageError as error:
        sys.stderr.write(f"error: {error}\n")
        return int(ExitCode.USAGE)
    for finding in findings:
        sys.stdout.write(f"{finding.rule}: {finding.message}\n")
    if not findings:
        sys.stdout.write(f"{file}: nothing found by {len(RULES)} rules\n")
    return int(ExitCode.USAGE) if findings else 0


if __name__ == "__main__":
    sys.exit(main())
