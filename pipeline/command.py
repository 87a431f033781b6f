"""The work of the command: check everything at the door, run, report, choose the exit code."""

import argparse
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from components.image_example_gen.sources import DIGITS
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset, inspect_dataset
from pipeline.errors import ExitCode, PipelineError, UsageError
from pipeline.lineage import open_lineage
from pipeline.plan import make_plan
from pipeline.run import RUNNERS, nested_options
from pipeline.runners.base import RunFolders, RunRequest
from pipeline.runners.local import LocalRunner, hold_root
from pipeline.screen import Screen, show_summary
from pipeline.settings import load_config
from pipeline.summary import EXIT_CODES, summarise, write_summary
from trainers.did_you_mean import did_you_mean
from trainers.model_source_check import check_model_source


def run_command(options: argparse.Namespace, *, unknown_options: Sequence[str], known_options: Sequence[str]) -> int:
    """Run the pipeline as the options say; returns the exit code."""
    errors = Console(stderr=True, highlight=False)
    try:
        config, data = check_everything(options, unknown_options, known_options)
        return run_pipeline(config, data, runner=options.runner, console=Console(highlight=False))
    except PipelineError as error:
        for problem in str(error).splitlines():
            errors.print(f"error: {problem}", soft_wrap=True, markup=False)
        return int(error.exit_code)
    except KeyboardInterrupt:
        errors.print("interrupted: nothing was pushed; run again to go on from the finished steps", soft_wrap=True)
        return int(ExitCode.INTERRUPTED)


def check_everything(
    options: argparse.Namespace, unknown_options: Sequence[str], known_options: Sequence[str]
) -> tuple[PipelineConfig, Dataset]:
    """Return configuration and data, or one UsageError with all problems of options, settings, models and data."""
    problems = [
        f"unknown option {word!r}; see --help.{did_you_mean(word.partition('=')[0], known_options)}"
        if word.startswith("-")
        else f"unexpected argument {word!r}; see --help"
        for word in unknown_options
    ]
    problems += _check_choice("--runner", options.runner, RUNNERS)
    problems += _check_choice("--framework", options.framework or "both", ("keras", "pytorch", "both"))
    data_path, schema_file = options.data or DIGITS, None
    config = None
    try:
        config = load_config(
            preset=options.preset,
            file=Path(options.config) if options.config else None,
            assignments=options.assignments,
            options=nested_options(options),
        )
        data_path, schema_file = config.data.path, config.data.schema_file
        problems += _check_models(config)
    except UsageError as error:
        problems += error.problems
    data = None
    try:
        data = inspect_dataset(data_path, schema_file)
    except UsageError as error:
        problems += error.problems
    if problems or config is None or data is None:
        raise UsageError(problems)
    return config, data


def _check_choice(option: str, value: str, choices: Sequence[str]) -> list[str]:
    if value in choices:
        return []
    return [f"{option} {value!r} is unknown; choices are {', '.join(choices)}.{did_you_mean(value, choices)}"]


def _check_models(config: PipelineConfig) -> list[str]:
    return [
        f"model of {framework}: {problem}"
        for framework in config.frameworks
        for problem in check_model_source(config.train_of(framework).model, framework)
    ]


def run_pipeline(config: PipelineConfig, data: Dataset, *, runner: str, console: Console) -> int:
    """Plan, run, show and record one run; returns the exit code."""
    started = time.monotonic()
    folders = RunFolders(config.root.absolute())
    with hold_root(folders), open_lineage(folders.metadata_file) as lineage:
        request = RunRequest(
            run_id=_new_run_id(), config=config, data=data, plan=make_plan(config, data, lineage), folders=folders
        )
        _introduce(console, request)
        with Screen(console, tuple(step.id for step in request.plan.steps)) as screen:
            result = LocalRunner().run(request, screen)
        summary = summarise(request, result, lineage, runner=runner, seconds=time.monotonic() - started)
        path = write_summary(summary, folders.report_dir(request.run_id))
    show_summary(console, summary, summary_file=path, log_file=folders.log_file(request.run_id))
    return int(EXIT_CODES[summary.status])


def _introduce(console: Console, request: RunRequest) -> None:
    data, config = request.data, request.config
    models = ", ".join(f"{framework} {config.train_of(framework).model}" for framework in config.frameworks)
    console.print(
        f"Run {request.run_id}: {data.images:,} images of {len(data.labels)} classes from {data.path};"
        f" {models}; {config.image.size_pixels} px",
        soft_wrap=True,
        markup=False,
    )


def _new_run_id() -> str:
    """Return a name that sorts by time and that no other run has."""
    return f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
