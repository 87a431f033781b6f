"""Check everything about a subcommand before any of the work, and say every problem at once."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.command_line import place_settings
from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.problems import Problems, unknown_choice, unknown_words
from pipeline.recurring.command import KUBEFLOW_ACTIONS, SYSTEMD_FORMS
from pipeline.recurring.cron import CronSchedule, parse_cron
from pipeline.recurring.order import RecurringOrder, ScheduledOrder, recurring_name
from pipeline.recurring.output import SCREEN
from pipeline.settings import config_of
from trainers.models.source import UserModel, parse_model_source
from trainers.models.source_check import check_model_source


def check_words(
    options: argparse.Namespace, unknown_options: Sequence[str], known_options: Sequence[str], problems: Problems
) -> None:
    """Keep what is wrong with words alone: unknown options, actions, forms and places."""
    problems.sentences += unknown_words(unknown_options, known_options)
    if options.recurring == "kubeflow":
        problems.sentences += unknown_choice("action", options.action, KUBEFLOW_ACTIONS)
        if not (options.host or "").startswith(("http://", "https://")):
            given = f" {options.host!r} does not start with http:// or https://" if options.host else " is missing"
            problems.sentences.append(f"--host{given}; it is the address of the Kubeflow Pipelines server")
    if options.recurring == "systemd":
        problems.sentences += unknown_choice("--form", options.form, SYSTEMD_FORMS)
        if options.output != SCREEN and Path(options.output).is_file():
            problems.sentences.append(f"--output {options.output} is a file; several are written, name a folder")


def is_standing(options: argparse.Namespace) -> bool:
    """Return whether the service is to stay and keep time itself."""
    return options.recurring == "deployment" or getattr(options, "form", "") == "service"


def check_scheduled(options: argparse.Namespace, problems: Problems) -> ScheduledOrder | None:
    """Return what is to be called and when, or None and keep what is wrong with it."""
    config = check_config(options, problems)
    written = options.schedule or (config.retrain.schedule if config is not None else None)
    schedule = problems.collect(lambda: _schedule(written))
    name = _check_named(config, problems)
    if config is None or schedule is None or name is None:
        return None
    return ScheduledOrder(name=name, config=config, schedule=schedule)


def check_standing(options: argparse.Namespace, problems: Problems) -> RecurringOrder | None:
    """Return what is to be kept alive, or None and keep what is wrong with it."""
    config = check_config(options, problems)
    name = _check_named(config, problems)
    if config is None or name is None:
        return None
    if not (config.retrain.has_timer or config.retrain.has_condition):
        problems.sentences.append("nothing says when to retrain; give --schedule, or settings of the section retrain")
    return RecurringOrder(name=name, config=config)


def check_config(options: argparse.Namespace, problems: Problems) -> PipelineConfig | None:
    """Return the configuration, or None and keep what is wrong with it."""
    return problems.collect(lambda: config_of(options, _nested(options)))


def _check_named(config: PipelineConfig | None, problems: Problems) -> str | None:
    """Return the name of what is called or kept alive, and keep what is wrong with name and models."""
    if config is None:
        return None
    problems.sentences += _check_models(config)
    return problems.collect(lambda: recurring_name(config))


def _schedule(text: str | None) -> CronSchedule:
    if text is None:
        raise UsageError(["--schedule is missing, and so is retrain.schedule: five fields of cron, e.g. '0 3 * * *'"])
    return parse_cron(text)


def _check_models(config: PipelineConfig) -> list[str]:
    """Return what is wrong with models of libraries; files of one's own are where the run is, and perhaps not here."""
    if config.module.source:
        return []
    return [
        f"model of {framework}: {problem}"
        for framework in config.frameworks
        if not isinstance(parse_model_source(config.train_of(framework).model), UserModel)
        for problem in check_model_source(config.train_of(framework).model, framework)
    ]


def _nested(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given as nested settings."""
    settings = place_settings(options)
    # Of what is called for each run the schedule is the caller's; the settings need not name one.
    names = ("schedule", "time_zone") if is_standing(options) else ("time_zone",)
    settings["retrain"] = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if getattr(options, "image", None) is not None:
        settings["recurring"] = {"pod": {"image": options.image}}
    return settings
