"""What is to be called or kept alive, under which name, and when."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.kubeflow.preconditions import pipeline_name
from pipeline.recurring.cron import CronSchedule
from pipeline.retraining.time_zone import parse_time_zone

_LONGEST_NAME = 52
"""A CronJob's: Kubernetes appends eleven characters for each Job."""


@dataclass(frozen=True, kw_only=True)
class RecurringOrder:
    """A retraining that goes on, checked; its section `retrain` says when runs are due.

    Attributes:
        name: Of the recurring run, CronJob, Deployment or units.
        config: Configuration of the pipeline.
    """

    name: str
    config: PipelineConfig

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock times follow."""
        return parse_time_zone(self.config.retrain.time_zone)


@dataclass(frozen=True, kw_only=True)
class ScheduledOrder(RecurringOrder):
    """A retraining that is called for by a schedule.

    Attributes:
        schedule: When.
    """

    schedule: CronSchedule


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
