"""The cron expressions of Kubeflow Pipelines, which have six fields with the seconds first.

They are a type of their own, so that five fields cannot be handed to a server: it accepts them, takes the first for the
seconds, and `0 3 * * *` runs every hour.
"""

from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.recurring.cron import CronSchedule, parse_cron

_FIELDS = 6


@dataclass(frozen=True)
class SixFieldCron:
    """Second, minute, hour, day of month, month, day of week, as the server reads them.

    Attributes:
        text: The six fields.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what is not six fields at the full minute.

        Raises:
            UsageError: It has another number of fields, seconds, or something that is read differently elsewhere.
        """
        fields = self.text.split()
        if len(fields) != _FIELDS:
            raise UsageError(
                [f"cron {self.text!r} has {len(fields)} fields; Kubeflow Pipelines needs six, the seconds first"]
            )
        if fields[0] != "0":
            raise UsageError([f"cron {self.text!r} names seconds; retraining starts at the full minute"])
        parse_cron(" ".join(fields[1:]))

    @classmethod
    def of(cls, schedule: CronSchedule) -> "SixFieldCron":
        """Return a schedule as the server wants it, for the clock of the server."""
        return cls(f"0 {schedule}")
