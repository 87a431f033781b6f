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
    clock.continue_from(run_seconds=60.0, epoch_seconds=12.0)
    readings.append(6.0)
    assert (clock.run_seconds, clock.epoch_seconds) == (61.0, 13.0)
