"""What is to be called, when, under which name."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.kubeflow.preconditions import pipeline_name
from pipeline.recurring.cron import CronSchedule

_LONGEST_NAME = 52
"""A CronJob's: Kubernetes appends eleven characters for each Job."""


@dataclass(frozen=True, kw_only=True)
class RecurringOrder:
    """A retraining and its schedule, checked.

    Attributes:
        name: Of the recurring run, CronJob, Deployment or units.
        config: Configuration of the pipeline.
        schedule: When to retrain.
        zone: Whose clock the schedule follows.
    """

    name: str
    config: PipelineConfig
    schedule: CronSchedule
    zone: ZoneInfo


def recurring_name(config: PipelineConfig) -> str:
    """Return the name that the configuration gives, or that of the pipeline with `-retraining`.

    Raises:
        UsageError: The pipeline's name is too long for it.
    """
    name = config.recurring.name or f"{pipeline_name(config)}-retraining"
    if len(name) > _LONGEST_NAME:
        raise UsageError(
            [f"name {name!r} has {len(name)} characters, {_LONGEST_NAME} are the most; set recurring.name to another"]
        )
    return name
