"""Make the server's recurring runs of one name what they should be: one, of the wanted kind, enabled or paused.

A recurring run cannot be changed, so another takes its place: made disabled, the old one disabled, the new one enabled,
the old one deleted. At no moment are two enabled. Whoever dies in between leaves two of one name, and the next `apply`,
`pause` or `resume` goes on from there: the newest one's mark says whether it was to run.
"""

from collections.abc import Sequence
from enum import Enum

from pipeline.kubeflow.cluster import ClusterError
from pipeline.recurring.kubeflow.mark import Mark
from pipeline.recurring.kubeflow.recurring_run import RecurringRun, WantedRun
from pipeline.recurring.kubeflow.server import RecurringRuns


class Change(str, Enum):
    """What was done."""

    CREATED = "created"
    REPLACED = "replaced"
    FINISHED = "finished an interrupted replacement of"
    UNCHANGED = "unchanged"


def is_there(found: Sequence[RecurringRun], wanted: WantedRun) -> bool:
    """Return whether a recurring run of the wanted kind is there already, so that none has to be made."""
    return any(run.mark.fingerprint == wanted.fingerprint for run in found)


def apply(server: RecurringRuns, wanted: WantedRun) -> tuple[Change, RecurringRun]:
    """Make the wanted recurring run the only one of its name; returns what was done and the one that is there now.

    One that was paused stays paused, also when it is replaced.

    Raises:
        ClusterError: The server refuses something, or somebody else changed the same at the same time.
    """
    before = server.find(wanted.name)
    runs = is_meant_to_run(before)
    if not is_there(before, wanted):
        generation = max((run.mark.generation for run in before), default=0) + 1
        mark = Mark(fingerprint=wanted.fingerprint, generation=generation, is_meant_to_run=runs, when=wanted.when)
        server.create(wanted, mark, is_enabled=not before)
        change = Change.REPLACED if before else Change.CREATED
    else:
        change = Change.UNCHANGED if len(before) == 1 else Change.FINISHED
    # Looked at again: somebody else may have made one too, and then both of us keep the older one.
    now = server.find(wanted.name)
    kept = next((run for run in now if run.mark.fingerprint == wanted.fingerprint), None)
    if kept is not None:
        settle(server, now, kept, is_enabled=runs)
    return change, _the_only_one(server, wanted.name, is_enabled=runs)


def switch(server: RecurringRuns, name: str, *, is_enabled: bool) -> RecurringRun:
    """Pause or resume the recurring run of a name, and finish what an interrupted replacement left.

    Raises:
        ClusterError: There is none, the server refuses something, or somebody else changed it at the same time.
    """
    found = server.find(name)
    if not found:
        raise ClusterError(f"there is no recurring run {name!r}; make it with: kubeflow apply")
    settle(server, found, found[-1], is_enabled=is_enabled)
    return _the_only_one(server, name, is_enabled=is_enabled)


def delete_all(server: RecurringRuns, name: str) -> int:
    """Delete the recurring runs of a name; returns how many there were."""
    found = server.find(name)
    for run in found:
        server.delete(run)
    return len(found)


def is_meant_to_run(found: Sequence[RecurringRun]) -> bool:
    """Return whether the recurring run of a name should be enabled.

    Args:
        found: Those of the name, the oldest first: none, one, or several where a replacement was interrupted.
    """
    if len(found) > 1:
        return found[-1].mark.is_meant_to_run or any(run.is_enabled for run in found)
    return not found or found[0].is_enabled


def settle(server: RecurringRuns, found: Sequence[RecurringRun], kept: RecurringRun, *, is_enabled: bool) -> None:
    """Leave one of several, in the wanted state; the others stop before it starts."""
    others = [run for run in found if run.id != kept.id]
    for run in others:
        if run.is_enabled:
            server.disable(run)
    if kept.is_enabled and not is_enabled:
        server.disable(kept)
    if is_enabled and not kept.is_enabled:
        server.enable(kept)
    for run in others:
        server.delete(run)


def _the_only_one(server: RecurringRuns, name: str, *, is_enabled: bool) -> RecurringRun:
    found = server.find(name)
    if len(found) != 1 or found[0].is_enabled != is_enabled:
        raise ClusterError(
            f"recurring run {name!r} was changed by somebody else at the same time: {len(found)} are there now;"
            " try again"
        )
    return found[0]
