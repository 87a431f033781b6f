"""Waiting for a signal: it ends the wait at once, also when it came before."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from pipeline.retraining import stop_signal
from pipeline.retraining.stop_signal import StopSignal

pytestmark = pytest.mark.timeout(60)
LONG = 3600.0
"""A wait that does not end by itself within the time that a test has."""


@pytest.fixture
def stop() -> Iterator[StopSignal]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    flag = StopSignal()
    flag.install()
    yield flag
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait(stop: StopSignal, number: int) -> None:
    threading.Timer(0.1, os.kill, (os.getpid(), number)).start()

    assert stop.wait(LONG)
    assert stop.is_set


def test_after_a_signal_no_wait_takes_time(stop: StopSignal) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)

    assert stop.wait(LONG)
    assert stop.wait(LONG)


def test_without_one_the_time_is_waited(stop: StopSignal, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(stop_signal.select, "select", lambda *lists_and_seconds: waits.append(lists_and_seconds[-1]))

    assert not stop.wait(0.05)
    assert waits == [0.05]
