"""Say when a schedule comes next, so that people see whether it means what they meant."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from rich.console import Console

from pipeline.recurring.clock_changes import clock_change_notes
from pipeline.recurring.cron import CronSchedule
from pipeline.recurring.next_times import next_times


def say_when(schedule: CronSchedule, zone: ZoneInfo, console: Console) -> None:
    """Say when the next runs are, and what daylight saving time does to them."""
    now = datetime.now(timezone.utc)
    times = ", ".join(f"{time:%a %Y-%m-%d %H:%M %Z}" for time in next_times(schedule, zone, now=now))
    lines = [f"Next: {times}"]
    lines += [
        f"note: {note}; choose a time that it spares, or UTC" for note in clock_change_notes(schedule, zone, now=now)
    ]
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)
