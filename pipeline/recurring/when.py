"""Say when a schedule comes next, so that people see whether it means what they meant."""

from datetime import datetime, timezone

from rich.console import Console

from pipeline.recurring.clock_changes import clock_change_notes
from pipeline.recurring.next_times import next_times
from pipeline.recurring.order import RecurringOrder


def say_when(order: RecurringOrder, console: Console) -> None:
    """Say when the next runs are, and what daylight saving time does to them."""
    now = datetime.now(timezone.utc)
    times = ", ".join(f"{time:%a %Y-%m-%d %H:%M %Z}" for time in next_times(order.schedule, order.zone, now=now))
    lines = [f"Next: {times}"]
    lines += [
        f"note: {note}; choose a time that it spares, or UTC"
        for note in clock_change_notes(order.schedule, order.zone, now=now)
    ]
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)
