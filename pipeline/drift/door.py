"""Check everything about a comparison before any of the work, and say every problem at once."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.image_example_gen.sources import DIGITS
from components.image_example_gen.spans.pattern import is_pattern
from components.image_example_gen.spans.span import Span, SpansError
from components.pushed_versions import latest_pushed
from pipeline.command_line import place_settings
from pipeline.config import PipelineConfig
from pipeline.drift.new_images import spans_since
from pipeline.errors import UsageError
from pipeline.problems import unknown_words
from pipeline.settings import config_of
from serving.bundle import read_manifest
from serving.errors import BundleError


@dataclass(frozen=True, kw_only=True)
class PushedModel:
    """The newest pushed version.

    Attributes:
        name: Name of the model.
        version: Its version.
        lineage: What its manifest says it was made of.
    """

    name: str
    version: int
    lineage: Mapping[str, str]

    @property
    def spans(self) -> str:
        """Names of the spans that it was trained on, `3,4:2`; empty where it had none."""
        return self.lineage.get("spans", "")


@dataclass(frozen=True, kw_only=True)
class DriftOrder:
    """What is to be compared, checked.

    Attributes:
        config: Configuration.
        pushed: The model that it is about.
        new_spans: Spans that it has not seen.
    """

    config: PipelineConfig
    pushed: PushedModel
    new_spans: tuple[Span, ...]


def check_everything(
    options: argparse.Namespace, unknown_options: Sequence[str], known_options: Sequence[str]
) -> DriftOrder:
    """Return what is to be compared, or one UsageError with all problems of options, settings, model and data."""
    problems = unknown_words(unknown_options, known_options)
    try:
        config = config_of(options, _nested(options))
    except UsageError as error:
        raise UsageError([*problems, *error.problems]) from error
    problems += _check_sources(config)
    pushed = _pushed(config, problems)
    new_spans = _new_spans(config, pushed, problems)
    if problems or pushed is None:
        raise UsageError(problems)
    return DriftOrder(config=config, pushed=pushed, new_spans=new_spans)


def _nested(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given as nested settings."""
    of_drift = {name: getattr(options, name) for name in ("request_log", "hours") if getattr(options, name) is not None}
    return {**place_settings(options), "drift": of_drift}


def _check_sources(config: PipelineConfig) -> list[str]:
    path, log = config.data.path, config.drift.request_log
    if not is_pattern(path) and log is None:
        given = "the digits never change" if path == DIGITS else f"{path} has no spans"
        return [f"nothing to compare: {given}; name a pattern, --data 'data/span-{{SPAN}}', or --request-log DIR"]
    if log is not None and not log.is_dir():
        return [f"request log {log} is not a folder; give the one that --request-log of the server names"]
    return []


def _pushed(config: PipelineConfig, problems: list[str]) -> PushedModel | None:
    folder = config.models_folder / config.pushed_name
    version = latest_pushed(folder)
    if version is None:
        problems.append(f"no version of {config.pushed_name} is pushed in {folder}; run the pipeline, or check --root")
        return None
    try:
        return PushedModel(name=config.pushed_name, version=int(version.name), lineage=read_manifest(version).lineage)
    except (BundleError, OSError) as error:
        problems.append(str(error))
        return None


def _new_spans(config: PipelineConfig, pushed: PushedModel | None, problems: list[str]) -> tuple[Span, ...]:
    if not is_pattern(config.data.path):
        return ()
    try:
        return spans_since(config.data.path, config.data.span_choice, trained_on=pushed.spans if pushed else "")
    except SpansError as error:
        problems.extend(error.problems)
        return ()
