"""Time spent on a run and on its current epoch, in all attempts together."""

from collections.abc import Callable

Clock = Callable[[], float]
"""Gives seconds; only differences count."""


class RunClock:
    """Runs from its construction; work of earlier attempts is added with `continue_from`."""

    def __init__(self, clock: Clock) -> None:
        """Start at zero.

        Args:
            clock: Where time comes from.
        """
        self._clock = clock
        self._run_began_seconds = self._epoch_began_seconds = clock()

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

    def start_epoch(self) -> None:
        """Set the time of the epoch to zero."""
        self._epoch_began_seconds = self._clock()

    def continue_from(self, *, run_seconds: float, epoch_seconds: float) -> None:
        """Go on as if these times had been spent until now."""
        now_seconds = self._clock()
        self._run_began_seconds = now_seconds - run_seconds
        self._epoch_began_seconds = now_seconds - epoch_seconds
