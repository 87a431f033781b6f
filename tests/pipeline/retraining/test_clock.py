"""The machine's clock."""

import time
from datetime import timedelta, timezone

from simulated_world import SimulatedStop

from pipeline.retraining.clock import SystemClock
from pipeline.retraining.stop_signal import StopSignal


def test_it_is_in_utc_and_waits() -> None:
    clock, began = SystemClock(), time.monotonic()
    moment = clock.now() + timedelta(seconds=0.1)
    clock.wait_until(moment, StopSignal())

    assert clock.now().tzinfo is timezone.utc
    assert clock.now() >= moment
    assert time.monotonic() - began < 5


def test_a_long_wait_is_divided_since_a_machine_may_sleep() -> None:
    class Counting(SimulatedStop):
        waited = 0.0

        def wait(self, seconds: float) -> bool:
            self.waited += seconds
            return False

    stop = Counting()
    SystemClock().wait_until(SystemClock().now() + timedelta(days=3), stop)

    assert stop.waited == 60
