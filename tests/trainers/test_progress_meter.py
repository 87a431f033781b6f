import numpy as np
import pytest
from slope_learner import SlopeLearner

from trainers.config import TrainConfig
from trainers.errors import DivergedError
from trainers.history import EpochRecord
from trainers.progress_meter import ProgressMeter
from trainers.run_clock import RunClock


def _meter(learner: SlopeLearner) -> ProgressMeter:
    """Ten seconds into a run of 4 epochs of 3 steps, 4 of them into the current epoch."""
    readings = [0.0]
    clock = RunClock(lambda: readings[-1])
    readings.append(6.0)
    clock.start_epoch()
    readings.append(10.0)
    config = TrainConfig(epochs=4, batch_size_examples=2)
    return ProgressMeter(learner, config, train_examples=5, clock=clock)


def test_an_event_within_an_epoch_is_as_computed_by_hand() -> None:
    learner = SlopeLearner()
    learner.train_on_batch(np.ones((2, 1, 1, 1), np.float32), np.array([0, 1]), learning_rate=0.0)
    event = _meter(learner).within_epoch(2, 1, learning_rate=0.5)
    assert event.loss == pytest.approx(np.log(2))
    assert (event.accuracy, event.images_per_second, event.learning_rate) == (0.0, 2 / 4, 0.5)
    # Four steps took ten seconds; eight are left.
    assert event.eta_seconds == pytest.approx(20.0)


def test_an_event_after_an_epoch_repeats_its_record() -> None:
    record = EpochRecord(
        epoch=3,
        train_loss=0.5,
        train_accuracy=0.75,
        eval_loss=0.25,
        eval_accuracy=1.0,
        learning_rate=0.1,
        images_per_second=50.0,
        input_wait_fraction=0.25,
        seconds=2.0,
    )
    event = _meter(SlopeLearner()).after_epoch(record)
    assert (event.epoch, event.step, event.loss, event.accuracy) == (3, 3, 0.5, 0.75)
    assert (event.eval_loss, event.eval_accuracy, event.images_per_second) == (0.25, 1.0, 50.0)
    assert event.learning_rate == 0.1
    assert event.eta_seconds == pytest.approx(10 / 9 * 3)


def test_a_loss_that_is_not_finite_is_refused() -> None:
    with pytest.raises(DivergedError, match="the evaluation loss is inf by step 3 of epoch 2"):
        _meter(SlopeLearner()).check_finite(float("inf"), "evaluation loss", 2, 3, learning_rate=0.1)
