"""Waiting for a signal: it ends the wait at once, also when it came before."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from pipeline.retraining.stop_signal import StopSignal


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
    began = time.monotonic()

    assert stop.wait(30)
    assert time.monotonic() - began < 5
    assert stop.is_set


def test_after_a_signal_no_wait_takes_time(stop: StopSignal) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)

    assert stop.wait(30)
    assert stop.wait(30)


def test_without_one_the_time_is_waited(stop: StopSignal) -> None:
    began = time.monotonic()

    assert not stop.wait(0.05)
    assert time.monotonic() - began >= 0.05
