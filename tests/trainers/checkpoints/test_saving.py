import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from slope_learner import SlopeLearner

from trainers.checkpoints.run_position import RunPosition
from trainers.checkpoints.saving import Checkpoints
from trainers.history import EpochRecord
from trainers.run_clock import RunClock

_RECORD = EpochRecord(
    epoch=1,
    train_loss=0.1 + 0.2,
    train_accuracy=1 / 3,
    eval_loss=2 / 3,
    eval_accuracy=0.7,
    learning_rate=1e-3,
    images_per_second=12.5,
    input_wait_fraction=0.25,
    seconds=3.25,
)


def _position(step: int, *records: EpochRecord) -> RunPosition:
    return RunPosition(
        records=records, step=step, run_seconds=9.5, epoch_seconds=1 / 7, epoch_wait_seconds=0.1, resumed=0
    )


class _Attempt:
    """A learner with its checkpoints, and a clock to set by hand."""

    def __init__(self, tmp_path: Path, *, interval_seconds: float = 30.0, fingerprint: str = "seed 0") -> None:
        self.time_seconds = 0.0
        self.learner = SlopeLearner(slope=0.25)
        self.best_weights = tmp_path / "best"
        self.checkpoints = Checkpoints(
            tmp_path / "checkpoints",
            self.learner,
            fingerprint={"seed": fingerprint},
            best_weights=self.best_weights,
            interval_seconds=interval_seconds,
            clock=RunClock(lambda: self.time_seconds),
        )


@pytest.fixture(autouse=True)
def _keep_random_state() -> Iterator[None]:
    state = random.getstate()
    yield
    random.setstate(state)


def test_one_is_due_when_the_interval_has_passed(tmp_path: Path) -> None:
    attempt = _Attempt(tmp_path)
    due = []
    for time_seconds in (0.0, 29.0, 30.0, 31.0):
        attempt.time_seconds = time_seconds
        due.append(attempt.checkpoints.is_due)
    assert due == [False, False, True, True]
    attempt.checkpoints.save(_position(1))
    assert not attempt.checkpoints.is_due


@pytest.mark.parametrize(("interval_seconds", "wait_seconds"), [(30.0, 100.0), (400.0, 400.0)])
def test_slow_writing_makes_them_rarer_so_that_it_costs_two_percent_at_most(
    interval_seconds: float, wait_seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = _Attempt(tmp_path, interval_seconds=interval_seconds)

    def save_for_two_seconds(path: Path) -> None:
        attempt.time_seconds += 2
        path.touch()

    monkeypatch.setattr(attempt.learner, "save_state", save_for_two_seconds)
    attempt.checkpoints.save(_position(1))
    attempt.time_seconds = 2 + wait_seconds - 1e-3
    assert not attempt.checkpoints.is_due
    attempt.time_seconds = 2 + wait_seconds
    assert attempt.checkpoints.is_due


def test_an_interval_of_zero_is_after_every_step(tmp_path: Path) -> None:
    attempt = _Attempt(tmp_path, interval_seconds=0)
    attempt.checkpoints.save(_position(1))
    assert attempt.checkpoints.is_due


def test_without_a_checkpoint_nothing_changes(tmp_path: Path) -> None:
    attempt = _Attempt(tmp_path)
    assert attempt.checkpoints.resume() is None
    assert attempt.learner.slope == 0.25
    assert list(tmp_path.iterdir()) == []


def test_all_that_was_saved_comes_back_exactly(tmp_path: Path) -> None:
    first = _Attempt(tmp_path)
    first.learner.slope = 1 / 3
    first.best_weights.write_text("the best so far")
    random.seed(5)
    first.checkpoints.save(_position(2, _RECORD))
    expected_draw = random.gauss(0, 1)
    first.best_weights.unlink()

    second = _Attempt(tmp_path)
    assert second.checkpoints.resume() == _position(2, _RECORD)
    assert second.learner.slope == 1 / 3
    assert second.best_weights.read_text() == "the best so far"
    assert random.gauss(0, 1) == expected_draw


def test_in_the_first_epoch_there_are_no_best_weights(tmp_path: Path) -> None:
    _Attempt(tmp_path).checkpoints.save(_position(1))
    second = _Attempt(tmp_path)
    assert second.checkpoints.resume() == _position(1)
    assert not second.best_weights.exists()


def test_that_of_another_run_is_ignored_with_the_reason(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _Attempt(tmp_path, fingerprint="1").checkpoints.save(_position(1))
    second = _Attempt(tmp_path, fingerprint="2")
    with caplog.at_level(logging.WARNING):
        assert second.checkpoints.resume() is None
    assert "is not used: it belongs to another run: seed is 1 there and 2 here." in caplog.text


def test_a_state_that_does_not_fit_makes_way_for_the_older(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _Attempt(tmp_path)
    first.checkpoints.save(_position(1))
    monkeypatch.setattr(first.learner, "save_state", lambda path: path.write_text("[1, 2]"))
    first.checkpoints.save(_position(2))
    with caplog.at_level(logging.WARNING):
        assert _Attempt(tmp_path).checkpoints.resume() == _position(1)
    assert "is not used: it holds 2 numbers." in caplog.text


def test_a_run_goes_on_when_its_checkpoint_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    attempt = _Attempt(tmp_path)
    with caplog.at_level(logging.WARNING):
        attempt.checkpoints.save(_position(1))
    assert "Training goes on, but its checkpoint could not be written: [Errno 17] File exists" in caplog.text
    assert not attempt.checkpoints.is_due
