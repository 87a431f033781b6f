from collections.abc import Iterator

from trainers.run_clock import RunClock


def test_times_count_from_the_beginning_and_from_the_epoch() -> None:
    readings = [100.0]
    clock = RunClock(lambda: readings[-1])
    readings.append(107.0)
    clock.start_epoch()
    readings.append(109.0)
    assert (clock.now_seconds, clock.run_seconds, clock.epoch_seconds) == (109.0, 9.0, 2.0)


def test_time_of_earlier_attempts_is_added() -> None:
    readings = [5.0]
    clock = RunClock(lambda: readings[-1])
    clock.continue_from(run_seconds=60.0, epoch_seconds=12.0, epoch_wait_seconds=3.0)
    readings.append(6.0)
    assert (clock.run_seconds, clock.epoch_seconds, clock.epoch_wait_seconds) == (61.0, 13.0, 3.0)


def test_waiting_for_input_is_counted_and_work_is_not() -> None:
    readings = [0.0]

    def inputs() -> Iterator[str]:
        for seconds in (2.0, 5.0):
            readings.append(readings[-1] + seconds)
            yield "batch"

    clock = RunClock(lambda: readings[-1])
    for _ in clock.waiting_for(inputs()):
        readings.append(readings[-1] + 10.0)
    assert (clock.epoch_wait_seconds, clock.epoch_seconds) == (7.0, 27.0)
    clock.start_epoch()
    assert clock.epoch_wait_seconds == 0.0
