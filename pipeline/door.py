"""The door: options, settings, models and data are checked together before anything starts."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.image_example_gen.sources import DIGITS
from components.image_example_gen.spans.choice import SpanChoice, parse_choice
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset, inspect_dataset
from pipeline.errors import UsageError
from pipeline.kubeflow.preconditions import describe_data
from pipeline.module.dataset import inspect_records
from pipeline.module.preconditions import check_module_run
from pipeline.module.steps import STEP_IDS
from pipeline.problems import unknown_choice, unknown_words
from pipeline.run import RUNNERS, nested_options
from pipeline.run_record import RunRecord, run_to_resume
from pipeline.runners.base import RunFolders
from pipeline.selection import Selection
from pipeline.settings import config_of
from pipeline.steps import all_step_ids
from pipeline.warm_start import training_start
from trainers.devices.check import check_devices
from trainers.did_you_mean import did_you_mean
from trainers.models.source_check import check_model_source
from trainers.tuning.hyperparameters import space_problems
from trainers.ways.check import check_keras_backend, check_way
from trainers.ways.config import arguments_of
from trainers.weights.check import check_weights
from trainers.weights.source import PushedWeights, WeightsFile, parse_weights_source

_ON_THIS_MACHINE = ("local", "beam")
_NOT_WITH_RESUME = ("framework", "data", "model", "push_dir", "model_name", "config", "assignments", "preset")
_SELECTING = ("start", "until", "only", "resume", "dry_run", "explain_cache", "jobs")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the command was asked to do, checked.

    Attributes:
        runner: How to run.
        config: Configuration.
        data: What is known of the data.
        selection: Which steps are wanted.
        resumed: Id of the run that this one continues; empty for a new one.
    """

    runner: str
    config: PipelineConfig
    data: Dataset
    selection: Selection
    resumed: str = ""


def check_everything(
    options: argparse.Namespace, unknown_options: Sequence[str], known_options: Sequence[str]
) -> Order:
    """Return what is to be done, or one UsageError with all problems of options, settings, models and data."""
    problems = unknown_words(unknown_options, known_options)
    problems += unknown_choice("--runner", options.runner, RUNNERS)
    problems += unknown_choice("--framework", options.framework or "both", ("keras", "pytorch", "both"))
    problems += _check_combination(options)
    if options.resume is not None:
        if problems:
            raise UsageError(problems)
        return _resumed_order(options)
    config, data = _check_settings_and_data(options, problems)
    if problems or config is None or data is None:
        raise UsageError(problems)
    selection = Selection(start=options.start, until=options.until, only=options.only)
    return Order(runner=options.runner, config=config, data=data, selection=selection)


def _check_combination(options: argparse.Namespace) -> list[str]:
    problems = []
    if options.resume is not None:
        given = [name for name in _NOT_WITH_RESUME if getattr(options, name)]
        problems += [f"--resume takes its settings from the run; leave out {_option(name)}" for name in given]
    if options.runner not in _ON_THIS_MACHINE:
        given = [name for name in _SELECTING if getattr(options, name)]
        problems += [f"{_option(name)} works with the runners local and beam only" for name in given]
    if options.runner == "kubeflow" and bool(options.compile_only) == bool(options.submit):
        problems.append("--runner kubeflow needs either --compile-only FILE or --submit HOST")
    if options.runner != "kubeflow" and (options.compile_only or options.submit):
        problems.append("--compile-only and --submit need --runner kubeflow")
    return problems


def _option(name: str) -> str:
    return {"start": "--from", "assignments": "--set"}.get(name, f"--{name.replace('_', '-')}")


def _check_settings_and_data(
    options: argparse.Namespace, problems: list[str]
) -> tuple[PipelineConfig | None, Dataset | None]:
    """Return configuration and data as far as they are usable, and add what is wrong with them to the problems."""
    config = None
    try:
        config = config_of(options, nested_options(options))
        problems += [*_check_training(config, options.runner), *_check_step_names(config)]
        problems += check_module_run(config, options.runner) if config.module.source else []
    except UsageError as error:
        problems += error.problems
    try:
        if config is None:
            return None, None if options.runner == "kubeflow" else inspect_dataset(options.data or DIGITS, None)
        return config, describe_data(config) if options.runner == "kubeflow" else _inspect(config)
    except UsageError as error:
        problems += error.problems
        return config, None


def _inspect(config: PipelineConfig, choice: SpanChoice | None = None) -> Dataset:
    """Return what is known of the data; `choice` takes other spans than the configuration says."""
    if config.module.source:
        return inspect_records(config.data.path, config.data.schema_file)
    return inspect_dataset(config.data.path, config.data.schema_file, choice or config.data.span_choice)


def _check_training(config: PipelineConfig, runner: str) -> list[str]:
    """Return what is wrong with models, ways of training, devices and weights; a TFX module brings its own."""
    if config.module.source:
        return (
            ["--tune does not go with module.source: a TFX module brings its own search"] if config.tune.enabled else []
        )
    return [*_check_models(config), *_check_ways(config), *_check_weights(config, runner), *_check_search(config)]


def _check_search(config: PipelineConfig) -> list[str]:
    if not config.tune.enabled:
        return []
    found = (space_problems(config.train_of(framework), config.tune) for framework in config.frameworks)
    return list(dict.fromkeys(problem for problems in found for problem in problems))


def _check_models(config: PipelineConfig) -> list[str]:
    return [
        f"model of {framework}: {problem}"
        for framework in config.frameworks
        for problem in check_model_source(
            config.train_of(framework).model, framework, arguments=arguments_of(config.train_of(framework).way)
        )
    ]


def _check_ways(config: PipelineConfig) -> list[str]:
    problems = [
        problem
        for name in config.frameworks
        for check in (check_way, check_devices)
        for problem in check(config.train_of(name), name)
    ]
    if "keras" in config.frameworks:
        problems += check_keras_backend(os.environ, Path.home())
    return problems


def _check_weights(config: PipelineConfig, runner: str) -> list[str]:
    problems = []
    for framework in config.frameworks:
        start = training_start(config, framework)
        train = config.train_of(framework).model_copy(update={"weights": start.weights})
        is_of_this_machine = isinstance(
            parse_weights_source(config.train_of(framework).weights), WeightsFile | PushedWeights
        )
        if runner not in _ON_THIS_MACHINE and is_of_this_machine:
            found = ["files and pushed models work with the runners local and beam only"]
        else:
            found = check_weights(train, framework, pushed_bundle=start.bundle)
        problems += [f"weights of {framework}: {problem}" for problem in found]
    return problems


def _check_step_names(config: PipelineConfig) -> list[str]:
    known = (*all_step_ids(), *STEP_IDS)
    return [
        f"setting 'local.steps': {name!r} is no step; steps are {', '.join(known)}.{did_you_mean(name, known)}"
        for name in config.local.steps
        if name not in known
    ]


def _resumed_order(options: argparse.Namespace) -> Order:
    folders = RunFolders(Path(options.root or "runs").absolute())
    record = run_to_resume(folders.reports, options.resume)
    config = PipelineConfig.model_validate(record.config)
    if options.jobs is not None:
        config = config.model_copy(update={"local": config.local.model_copy(update={"jobs": options.jobs})})
    problems = _check_training(config, record.runner)
    if problems:
        raise UsageError(problems)
    return Order(
        runner=record.runner,
        config=config,
        data=_inspect(config, parse_choice(record.spans) if record.spans else None),
        selection=_selection(record),
        resumed=record.run_id,
    )


def _selection(record: RunRecord) -> Selection:
    """Return the selection of a run that is resumed: what was executed since it began is not executed again."""
    return Selection(**record.selection, since=record.started)
