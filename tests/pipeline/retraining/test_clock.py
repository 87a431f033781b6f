"""The machine's clock."""

from datetime import timedelta, timezone

from simulated_world import SimulatedStop

from pipeline.retraining.clock import SystemClock


class CountingStop(SimulatedStop):
    waited = 0.0

    def wait(self, seconds: float) -> bool:
        self.waited += seconds
        return False


def test_it_is_in_utc_and_waits() -> None:
    clock, stop = SystemClock(), CountingStop()
    moment = clock.now() + timedelta(seconds=50)
    clock.wait_until(moment, stop)

    assert clock.now().tzinfo is timezone.utc
    assert (moment - clock.now()).total_seconds() <= stop.waited <= 50


def test_a_long_wait_is_divided_since_a_machine_may_sleep() -> None:
    stop = CountingStop()
    SystemClock().wait_until(SystemClock().now() + timedelta(days=3), stop)

    assert stop.waited == 60
