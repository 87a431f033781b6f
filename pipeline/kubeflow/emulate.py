"""`python -m pipeline.kubeflow.emulate FILE --root DIR`: run a package on this machine by the rules of a cluster."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from pipeline.errors import PipelineError, UsageError
from pipeline.kubeflow.emulator.outcome import RunOutcome, read_run_outcome
from pipeline.kubeflow.emulator.package_graph import PackageGraph
from pipeline.kubeflow.emulator.run import EmulatedRun
from pipeline.kubeflow.lint.package import read_package
from pipeline.kubeflow.lint.run import lint_file
from pipeline.refusal import refuse
from pipeline.screen import Screen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = build_parser().parse_args(arguments)
    console = Console(highlight=False)
    try:
        outcome = emulate(
            options.file,
            root=options.root.absolute(),
            parameters=dict(map(_assignment, options.param)),
            volumes=dict(map(_volume, options.volume)),
            console=console,
        )
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
    console.print(outcome.text, soft_wrap=True, markup=False)
    return int(outcome.exit_code)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.kubeflow.emulate",
        description="Run a package as KFP's driver and launcher would: each step in a fresh process.",
        epilog="exit codes: 0 pushed; 1 failed; 2 refused by the linter or wrong usage; 3 not blessed",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="compiled package, .yaml")
    add("--root", type=Path, required=True, metavar="DIR", help="folder for bucket, volumes, pods and logs")
    add("--param", action="append", default=[], metavar="NAME=VALUE", help="run parameter, the value in YAML")
    add("--volume", action="append", default=[], metavar="CLAIM=DIR", help="folder that stands for a volume claim")
    return parser


def emulate(
    file: Path, *, root: Path, parameters: dict[str, Any], volumes: dict[str, Path], console: Console
) -> RunOutcome:
    """Lint and run a package, showing its steps; returns how it ended.

    Args:
        file: The package.
        root: Folder for bucket, volumes, pods and logs.
        parameters: Run parameters that are not left at their defaults.
        volumes: Claim to folder; a claim that is not named gets one below the root.
        console: Where to show.

    Raises:
        UsageError: The linter refuses the package, or a run parameter is wrong.
        EmulationError: It uses something that is not emulated.
    """
    findings = lint_file(file)
    if findings:
        raise UsageError([f"{finding.rule}: {finding.message}" for finding in findings])
    package = read_package(file)
    graph = PackageGraph(spec=package.spec, platform=package.platforms[0] if package.platforms else {})
    run = EmulatedRun(graph=graph, folder=root, given=parameters, volumes=volumes)
    console.print(f"Emulated run {run.run_id} of {graph.name}", soft_wrap=True)
    with Screen(console, graph.order()) as screen:
        failed = run.execute(screen)
    return read_run_outcome(run, failed)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UsageError([f"{text!r} is not of the form NAME=VALUE"])
    return name, value


def _volume(text: str) -> tuple[str, Path]:
    claim, folder = _pair(text)
    if not Path(folder).is_dir():
        raise UsageError([f"--volume {text}: {folder} is no folder; leave the option out for an empty volume"])
    return claim, Path(folder).absolute()


def _assignment(text: str) -> tuple[str, Any]:
    name, value = _pair(text)
    try:
        return name, yaml.safe_load(value)
    except yaml.YAMLError:
        return name, value


if __name__ == "__main__":
    sys.exit(main())
