from pathlib import Path

import pytest

from trainers.errors import HistoryFileError
from trainers.history import EpochRecord, TrainingHistory


def _record(epoch: int, eval_accuracy: float) -> EpochRecord:
    return EpochRecord(
        epoch=epoch,
        train_loss=0.5,
        train_accuracy=0.8,
        eval_loss=0.6,
        eval_accuracy=eval_accuracy,
        learning_rate=0.001,
        images_per_second=900.0,
        input_wait_fraction=0.25,
        seconds=1.5,
    )


@pytest.fixture
def history() -> TrainingHistory:
    return TrainingHistory(
        framework="pytorch",
        device="cpu",
        precision="float32",
        trainable_parameters=10,
        total_parameters=12,
        train_examples=30,
        eval_examples=9,
        epochs=(_record(1, 0.7), _record(2, 0.9), _record(3, 0.8)),
        best_epoch=2,
        stopped_early=False,
        train_seconds=4.5,
        resumed=0,
    )


def test_the_best_record_is_that_of_the_best_epoch(history: TrainingHistory) -> None:
    assert history.best.eval_accuracy == 0.9


def test_what_is_written_is_read_again(history: TrainingHistory, tmp_path: Path) -> None:
    history.write(tmp_path / "history.json")
    assert TrainingHistory.read(tmp_path / "history.json") == history
    assert [path.name for path in tmp_path.iterdir()] == ["history.json"]


def test_an_older_file_is_replaced(history: TrainingHistory, tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text("old")
    history.write(path)
    assert TrainingHistory.read(path) == history


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryFileError, match=r"absent\.json cannot be read: No such file"):
        TrainingHistory.read(tmp_path / "absent.json")


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]"])
def test_other_content_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "history.json"
    path.write_text(text)
    with pytest.raises(HistoryFileError, match="holds no training history"):
        TrainingHistory.read(path)
