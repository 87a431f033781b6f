"""Time zones by name."""

import contextlib
from zoneinfo import ZoneInfo, available_timezones

from trainers.did_you_mean import did_you_mean

_NO_PLACES = ("Factory", "localtime")
"""Files beside the zones: a placeholder, and whatever the machine is set to."""


def parse_time_zone(name: str) -> ZoneInfo:
    """Return the time zone of a name such as Europe/Berlin.

    Raises:
        ValueError: There is none of that name.
    """
    with contextlib.suppress(OSError, ValueError, KeyError):  # a missing zone, a folder such as Europe, a path outside
        if name not in _NO_PLACES:
            return ZoneInfo(name)
    known = available_timezones()
    by_city = [zone for zone in known if zone.rpartition("/")[2].lower() == name.lower().replace(" ", "_")]
    hint = f" Did you mean {by_city[0]!r}?" if by_city else did_you_mean(name, known)
    raise ValueError(f"time zone {name!r} is not known; write it as in Europe/Berlin or UTC.{hint}")
