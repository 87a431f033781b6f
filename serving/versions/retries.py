"""When a version that could not be loaded is tried again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from serving.versions.folders import Fingerprint

MAX_TRIES = 5
PAUSE_SECONDS = 60.0


@dataclass
class _Failure:
    fingerprint: Fingerprint
    tries: int
    next_try_seconds: float


class Retries:
    """Remembers failures: five tries a minute apart, and afresh as soon as a file in the folder changes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start without failures; the clock returns seconds."""
        self._clock = clock
        self._failures: dict[int, _Failure] = {}

    def may_try(self, number: int, fingerprint: Fingerprint) -> bool:
        """Tell whether a version is to be loaded now."""
        failure = self._failures.get(number)
        if failure is None or failure.fingerprint != fingerprint:
            return True
        return failure.tries < MAX_TRIES and self._clock() >= failure.next_try_seconds

    def note_failure(self, number: int, fingerprint: Fingerprint) -> None:
        """Count a failed load."""
        failure = self._failures.get(number)
        tries = failure.tries + 1 if failure and failure.fingerprint == fingerprint else 1
        self._failures[number] = _Failure(fingerprint, tries, self._clock() + PAUSE_SECONDS)

    def forget(self, number: int) -> None:
        """Start afresh after a success."""
        self._failures.pop(number, None)
