"""Which steps of a run are wanted: all, those from a step on, those until a step, or one alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import UsageError
from pipeline.step import Step
from trainers.did_you_mean import did_you_mean


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What `--from`, `--until` and `--only` ask for.

    Attributes:
        start: Execute this step and all that depend on it, even if they are cached.
        until: Leave out everything that this step does not need.
        only: Execute this step, even if it is cached, and leave out everything else.
        since: What was executed at this time or later counts as executed by this run, which resumes another.
    """

    start: str | None = None
    until: str | None = None
    only: str | None = None
    since: datetime | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no step is left out."""
        return self.until is None and self.only is None


@dataclass(frozen=True)
class SelectedSteps:
    """The effect of a selection on the steps of a run.

    Attributes:
        wanted: Ids of the steps that take part.
        forced: Ids of those among them that are executed even if they are cached.
    """

    wanted: frozenset[str]
    forced: frozenset[str]


def select_steps(steps: Sequence[Step], selection: Selection) -> SelectedSteps:
    """Return which steps take part and which of them must be executed.

    Args:
        steps: In an order in which they can run.
        selection: What is asked for.

    Raises:
        UsageError: A step does not exist, or two wishes exclude each other.
    """
    _check(steps, selection)
    if selection.only is not None:
        return SelectedSteps(frozenset({selection.only}), frozenset({selection.only}))
    wanted = {step.id for step in steps}
    if selection.until is not None:
        wanted = _needed_by(steps, selection.until)
    forced = _dependent_on(steps, selection.start) & wanted if selection.start is not None else set()
    if selection.start is not None and not forced:
        raise UsageError([f"--from {selection.start} --until {selection.until} is empty: the first comes later"])
    return SelectedSteps(frozenset(wanted), frozenset(forced))


def _check(steps: Sequence[Step], selection: Selection) -> None:
    names = [step.id for step in steps]
    asked = {"--from": selection.start, "--until": selection.until, "--only": selection.only}
    problems = [
        f"{option} {name!r} is no step of this run; steps are {', '.join(names)}.{did_you_mean(name, names)}"
        for option, name in asked.items()
        if name is not None and name not in names
    ]
    if selection.only is not None and (selection.start is not None or selection.until is not None):
        problems.append("--only stands alone; leave out --from and --until")
    if problems:
        raise UsageError(problems)


def _needed_by(steps: Sequence[Step], step_id: str) -> set[str]:
    needed = {step_id}
    for step in reversed(steps):
        if step.id in needed:
            needed.update(step.after)
    return needed


def _dependent_on(steps: Sequence[Step], step_id: str) -> set[str]:
    dependent = {step_id}
    for step in steps:
        if dependent.intersection(step.after):
            dependent.add(step.id)
    return dependent
