"""How many cores this process may use."""

import os
from pathlib import Path

_CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(cgroup_limit: Path = _CGROUP_LIMIT) -> int:
    """Return the number of cores, at least 1: those allowed to the process, or fewer when a container is held to fewer.

    Args:
        cgroup_limit: File with a quota and a period in microseconds, or `max` for no quota; on Linux only.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = cgroup_limit.read_text().split()
        return max(1, min(allowed, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return allowed
