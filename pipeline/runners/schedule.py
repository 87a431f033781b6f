"""Which step may start next: a pure state machine, without processes and without a clock of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.lineage_records import FailedAttempt
from pipeline.runners.limits import WORKER_MEMORY_MIB, LocalConfig
from pipeline.step import Step


@dataclass(frozen=True)
class Retry:
    """A failed attempt that another one follows."""

    attempt: int
    wait_seconds: float


class Schedule:
    """The unfinished steps of a run and how far they are."""

    def __init__(self, steps: Sequence[Step], limits: LocalConfig) -> None:
        """Take the steps to execute.

        Args:
            steps: In an order in which they can run; steps before them that are not named are finished already.
            limits: How many at a time, how much memory, how many attempts.
        """
        self._steps = tuple(steps)
        self._limits = limits
        self._memory_mib = limits.memory_mib()
        self._open = {step.id for step in steps}
        self._running: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._attempts: dict[str, int] = {}
        self._failures: dict[str, list[FailedAttempt]] = {}
        self._has_failed = False
        self.jobs = limits.jobs_for(max(1, parallel_width(steps)))

    @property
    def is_over(self) -> bool:
        """Whether nothing runs and nothing more will start."""
        return not self._running and (self._has_failed or not self._open)

    @property
    def unfinished(self) -> frozenset[str]:
        """Ids of the steps that have neither finished nor failed."""
        return frozenset(self._open)

    def startable(self, now_seconds: float) -> list[Step]:
        """Return the steps that could start now, each by itself, in the order of the pipeline."""
        if self._has_failed or len(self._running) >= self.jobs:
            return []
        return [step for step in self._steps if self._may_start(step, now_seconds)]

    def _may_start(self, step: Step, now_seconds: float) -> bool:
        is_waiting = step.id in self._open and step.id not in self._running
        is_due = now_seconds >= self._not_before.get(step.id, 0.0)
        return is_waiting and is_due and not self._open.intersection(step.after) and self._fits(step)

    def _fits(self, step: Step) -> bool:
        """Return whether memory allows the step beside those that run; a step alone always may."""
        needs = [_memory_mib(other) for other in self._steps if other.id in self._running]
        return not needs or sum(needs) + _memory_mib(step) <= self._memory_mib

    def next_retry_seconds(self) -> float | None:
        """Return when the next failed step may be tried again, on the caller's clock; None if none waits."""
        waiting = [due for step_id, due in self._not_before.items() if step_id in self._open - self._running]
        return min(waiting, default=None)

    def start(self, step_id: str) -> int:
        """Note that an attempt at a step began; returns its number, from 1."""
        self._running.add(step_id)
        self._attempts[step_id] = self._attempts.get(step_id, 0) + 1
        return self._attempts[step_id]

    def succeed(self, step_id: str) -> None:
        """Note that a step is finished."""
        self._running.discard(step_id)
        self._open.discard(step_id)

    def fail(self, step_id: str, *, why: str, seconds: float, is_transient: bool, now_seconds: float) -> Retry | None:
        """Note that an attempt failed; returns when the next one comes, or None if the step failed for good.

        Args:
            step_id: The step.
            why: What went wrong.
            seconds: How long the attempt took.
            is_transient: Whether another attempt may go better.
            now_seconds: The caller's clock.
        """
        self._running.discard(step_id)
        self._failures.setdefault(step_id, []).append(FailedAttempt(why, round(seconds, 3)))
        attempt = self._attempts[step_id]
        if not is_transient or attempt > self._limits.retries_of(step_id) or self._has_failed:
            self._open.discard(step_id)
            self._has_failed = True
            return None
        wait_seconds = self._limits.retry_wait_seconds * 2 ** (attempt - 1)
        self._not_before[step_id] = now_seconds + wait_seconds
        return Retry(attempt, wait_seconds)

    def attempts_of(self, step_id: str) -> int:
        """Return how many attempts at a step began."""
        return self._attempts.get(step_id, 0)

    def failures_of(self, step_id: str) -> tuple[FailedAttempt, ...]:
        """Return the attempts at a step that failed."""
        return tuple(self._failures.get(step_id, ()))

    def useful_workers(self) -> int:
        """Return how many workers the rest of the run has use for."""
        return min(self.jobs, parallel_width([step for step in self._steps if step.id in self._open]))


def parallel_width(steps: Sequence[Step]) -> int:
    """Return how many of these steps can run side by side and are worth a worker of their own; at least 1 if any.

    Light steps count as none. Steps of equal depth in the graph are taken to run at the same time.
    """
    ids = {step.id for step in steps}
    depth: dict[str, int] = {}
    heavy_at: dict[int, int] = {}
    for step in steps:
        depth[step.id] = 1 + max((depth[name] for name in step.after if name in ids), default=0)
        if not step.is_light:
            heavy_at[depth[step.id]] = heavy_at.get(depth[step.id], 0) + 1
    return max(heavy_at.values(), default=min(1, len(ids)))


def _memory_mib(step: Step) -> int:
    return WORKER_MEMORY_MIB + step.memory_mib


def choose(startable: Sequence[Step], idle: Collection[str], preferred: Mapping[str, str]) -> tuple[Step, str] | None:
    """Return a step and the idle worker to give it to, or None if there is no pair.

    Args:
        startable: Steps that could start, in the order of the pipeline.
        idle: Names of workers without work.
        preferred: Step id to the name of the worker that has prepared for it. That worker takes other steps only when
            no other worker is idle.
    """
    if not startable or not idle:
        return None
    step = startable[0]
    if preferred.get(step.id) in idle:
        return step, preferred[step.id]
    reserved = set(preferred.values())
    return step, min(idle, key=lambda name: (name in reserved, name))
