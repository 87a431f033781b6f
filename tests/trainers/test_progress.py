import logging
from dataclasses import replace

import pytest

from trainers.progress import PROGRESS_LOGGER, Throttle, TrainingProgress, log_progress


@pytest.fixture
def progress() -> TrainingProgress:
    return TrainingProgress(
        framework="keras",
        epoch=2,
        epochs=8,
        step=5,
        steps_per_epoch=20,
        loss=0.25,
        accuracy=0.875,
        learning_rate=0.00125,
        images_per_second=1234.4,
        eval_loss=None,
        eval_accuracy=None,
        eta_seconds=9.6,
    )


def test_reads_as_one_line(progress: TrainingProgress) -> None:
    assert str(progress) == (
        "keras epoch 2/8 step 5/20: loss 0.2500, accuracy 87.5%, learning rate 0.0013, 1234 images/s, 10 s left"
    )
    assert "eval loss 0.5000, eval accuracy 90.0%" in str(progress.with_evaluation(loss=0.5, accuracy=0.9))


def test_a_resumed_run_says_so_first(progress: TrainingProgress, caplog: pytest.LogCaptureFixture) -> None:
    resumed = replace(progress, resumed=True)
    assert str(resumed).startswith("resumed at epoch 2 step 5: keras epoch 2/8 step 5/20: loss")
    with caplog.at_level(logging.INFO, logger=PROGRESS_LOGGER):
        log_progress(progress)
        log_progress(resumed)
    assert [getattr(record, "progress", None) for record in caplog.records] == [resumed]


def test_the_event_travels_on_the_log_record(progress: TrainingProgress, caplog: pytest.LogCaptureFixture) -> None:
    finished = progress.with_evaluation(loss=0.5, accuracy=0.9)
    with caplog.at_level(logging.DEBUG, logger=PROGRESS_LOGGER):
        log_progress(progress)
        log_progress(finished)
    assert [record.__dict__["progress"] for record in caplog.records] == [progress, finished]
    assert [record.getMessage() for record in caplog.records] == [str(progress), str(finished)]


def test_only_ends_of_epochs_are_worth_a_line_at_level_info(
    progress: TrainingProgress, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger=PROGRESS_LOGGER):
        log_progress(progress)
        log_progress(progress.with_evaluation(loss=0.5, accuracy=0.9))
    assert len(caplog.records) == 1


def test_a_throttle_fires_once_per_interval() -> None:
    throttle = Throttle(interval_seconds=0.25)
    times_seconds = [10.0, 10.1, 10.24, 10.25, 10.3, 11.0, 11.1]
    assert [throttle.fires(now) for now in times_seconds] == [True, False, False, True, False, True, False]
