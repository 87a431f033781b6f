"""When a busy server is asked again."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from serving.client.errors import ClientError, ServerBusyError

_SPREAD = 0.25
"""Callers who were refused together and come back together would be refused together again."""


@dataclass(frozen=True, kw_only=True)
class Retries:
    """How often and when; only refusals are retried that come with the server's wish to be asked again.

    Then nothing was done yet. After a broken connection or a timeout the work may have been done.

    Attributes:
        most: Times that a request is sent again; 0 for never.
        draw: Returns a number of 0 to 1 that spreads the waits.
    """

    most: int = 3
    draw: Callable[[], float] = field(default=random.SystemRandom().random)

    def choose_wait(self, error: ClientError, *, retry: int, left_seconds: float) -> float | None:
        """Return how long to wait before the next try, in seconds, or None for no other try.

        Args:
            error: Why there was no answer.
            retry: How many retries there were.
            left_seconds: Time until the caller gives up.
        """
        if not isinstance(error, ServerBusyError) or error.retry_after_seconds is None or retry >= self.most:
            return None
        wait = error.retry_after_seconds * (1 + _SPREAD * self.draw())
        return wait if wait < left_seconds else None
