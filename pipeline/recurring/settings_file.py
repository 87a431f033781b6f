"""The configuration as a file for where retraining runs: what differs from the defaults, under a name of its own."""

from typing import Any

import yaml

from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.settings import load_config

_ELSEWHERE: set[str] = {"recurring"}
"""Sections that say how retraining is called, and mean nothing to it."""


def settings_text(config: PipelineConfig) -> str:
    """Return YAML that `--config` makes the same configuration of.

    Args:
        config: The configuration; its paths are those of where the file will be read.
    """
    return yaml.safe_dump(_shortest(config), sort_keys=True, allow_unicode=True)


def _shortest(config: PipelineConfig) -> dict[str, Any]:
    """Return what differs from the defaults, if a preset does not turn that into something else; else everything."""
    short = config.model_dump(mode="json", exclude_defaults=True, exclude=_ELSEWHERE)
    try:
        means_the_same = load_config(options=short).model_dump(exclude=_ELSEWHERE) == config.model_dump(
            exclude=_ELSEWHERE
        )
    except UsageError:
        means_the_same = False
    return short if means_the_same else config.model_dump(mode="json", exclude=_ELSEWHERE)
