"""What the local runner may use and how long it waits: settings, and the machine behind their defaults."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from serving.cores import usable_cores

_SHARE_OF_MEMORY = 0.8
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_MIB = 2**20
WORKER_MEMORY_MIB = 1024
"""What a worker needs before it executes anything, TFX loaded, MiB; measured 0.9 GiB."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


class StepLimits(_Section):
    """Limits of one step, where they differ from those of all steps."""

    retries: int | None = Field(default=None, ge=0, le=10)
    """Further attempts after a transient failure."""
    timeout_seconds: float | None = Field(default=None, gt=0)
    """Wall time after which an attempt is ended, seconds."""


class LocalConfig(_Section):
    """How the local runner goes through the steps."""

    jobs: int | None = Field(default=None, ge=1, le=64)
    """Steps that run at the same time; by default as many as cores and memory allow and the pipeline has use for."""
    memory_limit_mib: int | None = Field(default=None, ge=512)
    """Memory that steps may use together, MiB; by default 80 % of what this machine or container has."""
    retries: int = Field(default=1, ge=0, le=10)
    """Further attempts after a transient failure: a killed process, a file or network error; never a user's error."""
    retry_wait_seconds: float = Field(default=2.0, ge=0, le=3600)
    """Wait before the first further attempt, seconds; each later one waits twice as long."""
    timeout_seconds: float | None = Field(default=None, gt=0)
    """Wall time after which an attempt at any step is ended, seconds; by default none."""
    steps: dict[str, StepLimits] = Field(default_factory=dict)
    """Limits of single steps, by step id."""

    def retries_of(self, step_id: str) -> int:
        """Return how many further attempts a step has."""
        own = self.steps.get(step_id, StepLimits()).retries
        return self.retries if own is None else own

    def timeout_seconds_of(self, step_id: str) -> float | None:
        """Return how long an attempt at a step may take, seconds; None if it may take for ever."""
        own = self.steps.get(step_id, StepLimits()).timeout_seconds
        return self.timeout_seconds if own is None else own

    def jobs_for(self, width: int) -> int:
        """Return how many steps may run at the same time in a pipeline with room for `width` at most."""
        if self.jobs is not None:
            return min(self.jobs, width)
        by_memory = self.memory_mib() // (2 * WORKER_MEMORY_MIB)
        return max(1, min(width, usable_cores(), by_memory))

    def memory_mib(self) -> int:
        """Return how much memory the steps may use together, MiB."""
        return self.memory_limit_mib or int(_SHARE_OF_MEMORY * machine_memory_mib())


def machine_memory_mib() -> int:
    """Return the memory of this machine, or of the container if that has less, MiB."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for file in _CGROUP_LIMITS:
        if file.exists() and (limit := file.read_text().strip()).isdecimal():
            memory = min(memory, int(limit))
    return memory // _MIB
