"""The door of the service: its own options and settings are checked together with those of the pipeline."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from components.image_example_gen.spans.pattern import is_pattern
from pipeline import run
from pipeline.command_line import option_strings
from pipeline.config import PipelineConfig
from pipeline.door import check_everything
from pipeline.errors import UsageError
from pipeline.retraining.notify.channels import find_problems
from pipeline.settings import config_of

_OF_A_SINGLE_RUN = ("start", "until", "only", "resume", "dry_run", "explain_cache", "compile_only", "submit")
_OF_DRIFT_TOO = ("config", "data", "root", "push_dir", "model_name")
_SETTINGS = ("schedule", "time_zone", "every", "on_new_span", "on_drift", "max_model_age")


@dataclass(frozen=True, kw_only=True)
class RetrainOrder:
    """What the service was asked to do, checked.

    Attributes:
        config: Configuration.
        is_once: Whether it ends after one run, or one look.
        run_arguments: Options of `pipeline.run` for each run.
        resume_arguments: Those for a run that is resumed, beside its id.
        drift_arguments: Options of `pipeline.drift`.
    """

    config: PipelineConfig
    is_once: bool
    run_arguments: tuple[str, ...]
    resume_arguments: tuple[str, ...]
    drift_arguments: tuple[str, ...]


def check_retraining(options: argparse.Namespace, rest: Sequence[str], known_options: Sequence[str]) -> RetrainOrder:
    """Return what is to be done, or one UsageError with all problems of service and pipeline.

    Args:
        options: The service's own.
        rest: Words that are none of them.
        known_options: The service's own, for did-you-mean.
    """
    parser = run.build_parser()
    parser.prog = "python -m pipeline.retrain"
    run_options, unknown = parser.parse_known_args(list(rest))
    run_options.assignments += _assignments(options)
    known = [*known_options, *option_strings(parser)]
    problems, config = _check_single_run_options(run_options), None
    try:
        config = check_everything(run_options, unknown, known).config
    except UsageError as error:
        problems += error.problems
        config = _config_of(run_options)
    problems += _check_settings(config, is_once=options.once) if config else []
    if problems or config is None:
        raise UsageError(problems)
    jobs = ("--jobs", str(run_options.jobs)) if run_options.jobs else ()
    return RetrainOrder(
        config=config,
        is_once=options.once,
        run_arguments=tuple(rest),
        resume_arguments=("--root", str(config.root), *jobs),
        drift_arguments=_drift_arguments(run_options),
    )


def _drift_arguments(options: argparse.Namespace) -> tuple[str, ...]:
    given = ((name, getattr(options, name)) for name in _OF_DRIFT_TOO)
    words = [word for name, value in given if value is not None for word in (f"--{name.replace('_', '-')}", value)]
    return (*words, *(word for assignment in options.assignments for word in ("--set", assignment)))


def _assignments(options: argparse.Namespace) -> list[str]:
    given = [(name, getattr(options, name)) for name in _SETTINGS]
    return [
        f"retrain.{name}={str(value).lower() if value is True else value}" for name, value in given if value is not None
    ]


def _check_single_run_options(options: argparse.Namespace) -> list[str]:
    """Say which options are for a single run alone, and take them away, so that nothing else is said of them."""
    problems = []
    for name in _OF_A_SINGLE_RUN:
        if getattr(options, name):
            option = "--from" if name == "start" else f"--{name.replace('_', '-')}"
            problems.append(f"{option} is for a single run; use it with python -m pipeline.run")
            setattr(options, name, None)
    if options.runner == "kubeflow":
        problems.append("--runner kubeflow is scheduled by Kubeflow Pipelines itself; here it is local or beam")
        options.runner = "local"
    return problems


def _config_of(options: argparse.Namespace) -> PipelineConfig | None:
    """Return the configuration where that alone is in order, so that the rest of it can be checked too."""
    try:
        return config_of(options, run.nested_options(options))
    except UsageError:
        return None


def _check_settings(config: PipelineConfig, *, is_once: bool) -> list[str]:
    retrain, problems = config.retrain, find_problems(config.retrain.notify)
    if not (is_once or retrain.has_timer or retrain.has_condition):
        problems.append(
            "nothing would ever start a run: give --once, --schedule, --every, --on-new-span, --on-drift or"
            " --max-model-age"
        )
    if retrain.on_new_span and not is_pattern(config.data.path):
        problems.append(
            f"--on-new-span needs data with spans, such as 'data/span-{{SPAN}}', and not {config.data.path!r}"
        )
    if retrain.on_new_span and config.data.until is not None:
        problems.append(f"--on-new-span: data.until {config.data.until} keeps new spans out of every run; leave it out")
    if retrain.on_drift and not is_pattern(config.data.path) and config.drift.request_log is None:
        problems.append(
            f"--on-drift has nothing to look at: {config.data.path!r} has no spans; name some, such as"
            " 'data/span-{SPAN}', or the request log of the model server, --set drift.request_log=DIR"
        )
    return problems
