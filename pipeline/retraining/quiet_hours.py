"""Hours of the day in which no run starts, such as 08:00-18:00."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_FORM = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class QuietHours:
    """From one time of day to another, which may lie on the next day."""

    begin: time
    end: time

    def end_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours that a moment lies in are over, in UTC; None when it lies in none."""
        local = moment.astimezone(zone)
        clock = local.time().replace(tzinfo=None)
        is_over_midnight = self.end < self.begin
        is_inside = (clock >= self.begin or clock < self.end) if is_over_midnight else (self.begin <= clock < self.end)
        if not is_inside:
            return None
        is_tomorrow = is_over_midnight and clock >= self.begin
        day = local.date() + timedelta(days=1) if is_tomorrow else local.date()
        return datetime.combine(day, self.end, zone).astimezone(timezone.utc)


def parse_quiet_hours(text: str) -> QuietHours:
    """Read `HH:MM-HH:MM`.

    Raises:
        ValueError: It has another form, or is empty or the whole day.
    """
    found = _FORM.fullmatch(text.replace(" ", ""))
    try:
        if found is None:
            raise ValueError
        hours = [int(part) for part in found.groups()]
        begin, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    except ValueError:
        raise ValueError(f"quiet hours {text!r} are not of the form 08:00-18:00") from None
    if begin == end:
        raise ValueError(f"quiet hours {text!r} begin when they end; leave them out, or leave some time to run")
    return QuietHours(begin, end)
