"""Settings of what calls for retraining in production; when it does is a schedule that is told beside them."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipeline.recurring.kubernetes.config import PodConfig
from pipeline.recurring.systemd.config import SystemdConfig
from pipeline.retraining.time_zone import parse_time_zone


def _zone_name(name: str) -> str:
    return parse_time_zone(name).key


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


class RecurringRunConfig(_Section):
    """Recurring runs of Kubeflow Pipelines; what they run on is the section `kubeflow`."""

    server_time_zone: Annotated[str, AfterValidator(_zone_name)] = "UTC"
    """Zone that the server's CRON_SCHEDULE_TIMEZONE names; it has one for all recurring runs."""


class RecurringConfig(_Section):
    """What calls for retraining in production."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$")] | None = None
    """Name of recurring run, CronJob, Deployment and units, of 52 characters at most; by default that of the pipeline
    and `-retraining`."""
    pod: PodConfig = PodConfig()
    recurring_run: RecurringRunConfig = RecurringRunConfig()
    systemd: SystemdConfig = SystemdConfig()
