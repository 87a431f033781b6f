"""The interface of a channel, and what can go wrong with one."""

from typing import Protocol

from pipeline.retraining.events import Event
from pipeline.retraining.notify.config import EventKind


class DeliveryError(Exception):
    """An event was not delivered; the message holds no secret, nor anything that a library has put into words.

    Attributes:
        may_pass: Whether another attempt may go better.
    """

    def __init__(self, message: str, *, may_pass: bool) -> None:
        """Say what happened in words of our own."""
        super().__init__(message)
        self.may_pass = may_pass


class Channel(Protocol):
    """A way to tell people."""

    @property
    def name(self) -> str:
        """What to call it in the log."""

    @property
    def events(self) -> tuple[EventKind, ...]:
        """What it wants to be told."""

    @property
    def attempts(self) -> int:
        """How often to try."""

    def deliver(self, event: Event) -> None:
        """Deliver once.

        Raises:
            DeliveryError: It did not work.
            PipelineError: A secret is missing.
        """
