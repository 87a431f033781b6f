"""Tells people on a thread of its own: a channel that is slow or dead is a line in the log, and nothing else."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from pipeline.errors import PipelineError
from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import Channel, DeliveryError

LOG = logging.getLogger("pipeline.retraining")
_MOST_WAITING = 1000


class Notifier:
    """Hands events to channels, in order."""

    def __init__(self, channels: Sequence[Channel], *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Start the thread.

        Args:
            channels: Whom to tell.
            sleep: Waits between attempts, seconds.
        """
        self._channels = channels
        self._sleep = sleep
        self._events: queue.Queue[Event | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="notifications", daemon=True)
        self._thread.start()

    def tell(self, event: Event) -> None:
        """Take an event; returns at once."""
        LOG.info("event: %s", event.text)
        try:
            self._events.put_nowait(event)
        except queue.Full:
            LOG.warning("notification dropped, since %d are waiting", _MOST_WAITING)

    def close(self, *, timeout_seconds: float) -> None:
        """Deliver what waits, as far as the time allows."""
        deadline = time.monotonic() + timeout_seconds
        try:
            self._events.put(None, timeout=timeout_seconds)
        except queue.Full:
            pass
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive():
            LOG.warning("notifications were not delivered in %g s and are given up", timeout_seconds)

    def _work(self) -> None:
        while (event := self._events.get()) is not None:
            for channel in self._channels:
                if event.kind in channel.events:
                    self._deliver(channel, event)

    def _deliver(self, channel: Channel, event: Event) -> None:
        for attempt in range(1, channel.attempts + 1):
            try:
                return channel.deliver(event)
            except (DeliveryError, PipelineError) as error:
                LOG.warning("notification %s by %s, attempt %d: %s", event.kind, channel.name, attempt, error)
                if isinstance(error, PipelineError) or not error.may_pass:
                    return None
            except Exception as error:  # a fault of ours or of a library must not silence the other channels
                LOG.warning("notification %s by %s failed: %s", event.kind, channel.name, type(error).__name__)
                return None
            if attempt < channel.attempts:
                self._sleep(2.0 ** (attempt - 1))
        return None
