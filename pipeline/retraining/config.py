"""Settings of scheduled retraining: what starts a run, what holds one back, who is told."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.retraining.cron import Cron
from pipeline.retraining.durations import Duration, say_duration
from pipeline.retraining.notify.config import NotifyConfig
from pipeline.retraining.quiet_hours import parse_quiet_hours
from pipeline.retraining.time_zone import parse_time_zone

_LEAST_INTERVAL = timedelta(minutes=1)
_UTC = parse_time_zone("UTC")


class RetrainConfig(BaseModel):
    """What `python -m pipeline.retrain` does; nothing here changes what a run computes."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)

    schedule: str | None = None
    """Five fields of cron, such as `0 3 * * *`."""
    time_zone: str = "UTC"
    """Zone of schedule, quiet hours and the day that `max_runs_per_day` means, such as `Europe/Berlin`."""
    every: Duration | None = None
    """Time between runs, such as `6h`; the first comes that long after the first start."""
    on_new_span: bool = False
    """Run when the data has a new span that is ready."""
    on_drift: bool = False
    """Run when images or requests have drifted away from what the pushed model was trained on."""
    drift_every: Duration = timedelta(hours=6)
    """Time between two measurements of drift."""
    max_model_age: Duration | None = None
    """Age of the pushed model, such as `30d`, from which on a run is tried once a day."""
    warm_start: bool = True
    """Begin trainings from the pushed model's weights where there are some that fit."""
    poll_seconds: float = Field(default=5.0, ge=0.1, le=3600)
    """Time between two looks for new spans, commands and a free root, seconds."""
    jitter: Duration = timedelta(0)
    """Longest random delay of a scheduled run, so that many services do not start at once."""
    quiet_hours: str | None = None
    """Hours in which no run starts, such as `08:00-18:00`; what is due in them starts at their end."""
    max_runs_per_day: int = Field(default=24, ge=1, le=1440)
    """Runs that may start on one day; what is due beyond them starts on the next one."""
    run_timeout: Duration = timedelta(hours=24)
    """Time after which a run is ended and counts as failed."""
    backoff: Duration = timedelta(minutes=5)
    """Wait after a failure before the next attempt; each further failure in a row doubles it."""
    backoff_cap: Duration = timedelta(hours=6)
    """Longest such wait."""
    max_failures: int = Field(default=5, ge=1, le=100)
    """Failures in a row after which no further run is started until somebody says `resume`."""
    notify: NotifyConfig = NotifyConfig()
    """Who is told."""

    @field_validator("schedule")
    @classmethod
    def _is_cron(cls, schedule: str | None) -> str | None:
        return schedule if schedule is None else Cron(schedule, _UTC).text

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        return parse_time_zone(name).key

    @field_validator("quiet_hours")
    @classmethod
    def _are_hours(cls, text: str | None) -> str | None:
        if text is not None:
            parse_quiet_hours(text)
        return text

    @field_validator("every", "max_model_age", "drift_every", "run_timeout")
    @classmethod
    def _is_not_too_short(cls, length: timedelta | None) -> timedelta | None:
        if length is not None and length < _LEAST_INTERVAL:
            raise ValueError(f"{say_duration(length)} is too short; a run alone takes longer than a minute")
        return length

    @model_validator(mode="after")
    def _fit_together(self) -> "RetrainConfig":
        if self.backoff_cap < self.backoff:
            raise ValueError(
                f"retrain.backoff_cap {say_duration(self.backoff_cap)} is below retrain.backoff"
                f" {say_duration(self.backoff)}"
            )
        return self

    @property
    def has_timer(self) -> bool:
        """Whether runs start at times."""
        return self.schedule is not None or self.every is not None

    @property
    def has_condition(self) -> bool:
        """Whether runs start when something is the case."""
        return self.on_new_span or self.on_drift or self.max_model_age is not None
