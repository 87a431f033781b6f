"""The notifier: nothing that a channel does reaches the service."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from pipeline.errors import PipelineError
from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import EventKind
from pipeline.retraining.notify.notifier import Notifier


@dataclass
class Scripted:
    """A channel that does what it is told."""

    script: list[Callable[[], None]] = field(default_factory=list)
    events: tuple[EventKind, ...] = ("failed", "pushed")
    attempts: int = 3
    name: str = "scripted"
    delivered: list[Event] = field(default_factory=list)
    tried: int = 0

    def deliver(self, event: Event) -> None:
        self.tried += 1
        if self.script:
            self.script.pop(0)()
        self.delivered.append(event)


def fail(error: Exception) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def tell(channels: list[Scripted], *events: Event) -> list[float]:
    """Tell events and wait until they are delivered; returns the waits between attempts."""
    waits: list[float] = []
    notifier = Notifier(channels, sleep=waits.append)
    for event in events:
        notifier.tell(event)
    notifier.close(timeout_seconds=10)
    return waits


def test_each_channel_is_told_what_it_wants(event: Event) -> None:
    all_of_it, pushes = Scripted(), Scripted(events=("pushed",))
    pushed = event.model_copy(update={"kind": "pushed"})
    tell([all_of_it, pushes], event, pushed)

    assert all_of_it.delivered == [event, pushed]
    assert pushes.delivered == [pushed]


def test_what_may_pass_is_tried_again_after_waits_that_double(event: Event) -> None:
    channel = Scripted([fail(DeliveryError("HTTP status 503", may_pass=True))] * 2)

    assert tell([channel], event) == [1.0, 2.0]
    assert channel.delivered == [event]


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (DeliveryError("HTTP status 503", may_pass=True), 3),
        (DeliveryError("HTTP status 404", may_pass=False), 1),
        (PipelineError("environment variable HOOK is empty or not set"), 1),
        (ZeroDivisionError("secret"), 1),
    ],
)
def test_a_channel_that_does_not_work_is_a_line_in_the_log_and_the_others_are_told(
    event: Event, caplog: pytest.LogCaptureFixture, error: Exception, tries: int
) -> None:
    broken, sound = Scripted([fail(error)] * 9), Scripted()
    with caplog.at_level(logging.WARNING, "pipeline.retraining"):
        tell([broken, sound], event)

    assert (broken.tried, broken.delivered) == (tries, [])
    assert sound.delivered == [event]
    assert "notification failed by scripted" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.timeout(60)  # what is held up stays so for ever
def test_a_channel_that_hangs_holds_nobody_up(event: Event, caplog: pytest.LogCaptureFixture) -> None:
    never = threading.Event()
    notifier = Notifier([Scripted([lambda: bool(never.wait()) and None])])
    with caplog.at_level(logging.WARNING, "pipeline.retraining"):
        for _ in range(2000):
            notifier.tell(event)
        notifier.close(timeout_seconds=0.2)
    never.set()

    assert "notification dropped" in caplog.text
    assert "given up" in caplog.text
