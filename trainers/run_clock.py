"""Time spent on a run and on its current epoch, in all attempts together."""

from collections.abc import Callable, Iterator
from typing import TypeVar

Clock = Callable[[], float]
"""Gives seconds; only differences count."""


_Item = TypeVar("_Item")
_END = object()


class RunClock:
    """Runs from its construction; work of earlier attempts is added with `continue_from`."""

    def __init__(self, clock: Clock) -> None:
        """Start at zero.

        Args:
            clock: Where time comes from.
        """
        self._clock = clock
        self._run_began_seconds = self._epoch_began_seconds = clock()
        self._epoch_wait_seconds = 0.0

    @property
    def now_seconds(self) -> float:
        """The reading of the clock underneath."""
        return self._clock()

    @property
    def run_seconds(self) -> float:
        """Time spent on the run."""
        return self._clock() - self._run_began_seconds

    @property
    def epoch_seconds(self) -> float:
        """Time spent on the current epoch."""
        return self._clock() - self._epoch_began_seconds

    @property
    def epoch_wait_seconds(self) -> float:
        """The part of the current epoch that was spent on waiting for input."""
        return self._epoch_wait_seconds

    def waiting_for(self, items: Iterator[_Item]) -> Iterator[_Item]:
        """Yield items and count the time until each of them, and the end, is there as waiting for input."""
        while True:
            began_seconds = self._clock()
            item = next(items, _END)
            self._epoch_wait_seconds += self._clock() - began_seconds
            if item is _END:
                return
            yield item  # type: ignore[misc]  # all but _END are items

    def start_epoch(self) -> None:
        """Set the times of the epoch to zero."""
        self._epoch_began_seconds = self._clock()
        self._epoch_wait_seconds = 0.0

    def continue_from(self, *, run_seconds: float, epoch_seconds: float, epoch_wait_seconds: float) -> None:
        """Go on as if these times had been spent until now."""
        now_seconds = self._clock()
        self._epoch_wait_seconds = epoch_wait_seconds
        self._run_began_seconds = now_seconds - run_seconds
        self._epoch_began_seconds = now_seconds - epoch_seconds
