"""Whether the server, or a model of it, should get requests."""

from typing import Protocol


class WhyNotReady(Protocol):
    """Tells why there should be no requests."""

    def __call__(self, model: str | None = None) -> str:
        """Return the reason for a model, or for all; empty when requests may come."""
