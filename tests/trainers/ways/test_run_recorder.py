"""A library that is not there trains a model whose answers are known."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from trainers.checkpoints.store import CheckpointStore
from trainers.config import TrainConfig
from trainers.errors import DivergedError
from trainers.example_split import InMemorySplit, TrainingData
from trainers.framework import Framework
from trainers.optimization_config import Precision
from trainers.progress import TrainingProgress
from trainers.ways.epoch_checkpoints import EpochCheckpoints
from trainers.ways.run_recorder import RunRecorder

_PIXELS_NHWC = np.linspace(-1, 1, 8, dtype=np.float32)[:, None, None, None]
_SPLIT = InMemorySplit(_PIXELS_NHWC, (np.arange(8) >= 4).astype(np.int64))
_DATA = TrainingData(train=_SPLIT, eval=_SPLIT, class_names=("low", "high"), image_shape=(1, 1, 1))
_CONFIG = TrainConfig(epochs=3, batch_size_examples=4, checkpoint_interval_seconds=0)


class Slope:
    """Answers the class by the sign of the only pixel; a negative slope is wrong about every image."""

    framework: Framework = "pytorch"
    device = "cpu"
    replicas = 1
    precision: Precision = "float32"
    framework_version = "0"
    weights_file_name = "best.txt"
    trainable_parameters = total_parameters = 1

    def __init__(self) -> None:
        self.slope = 1.0

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        levels_B = self.slope * pixels_BHWC[:, 0, 0, 0]
        return np.stack([-levels_B, levels_B], axis=1)

    def save_weights(self, path: Path) -> None:
        path.write_text(str(self.slope))

    def load_weights(self, path: Path) -> None:
        self.slope = float(path.read_text())

    save_state, load_state = save_weights, load_weights


def _recorder(
    model: Slope, work_dir: Path, events: list[TrainingProgress], config: TrainConfig = _CONFIG
) -> RunRecorder:
    work_dir.mkdir(exist_ok=True)
    return RunRecorder(model, _DATA, config, work_dir=work_dir, report=events.append)


def test_the_best_epoch_is_kept_and_the_history_says_so(tmp_path: Path) -> None:
    model, events = Slope(), list[TrainingProgress]()
    with _recorder(model, tmp_path, events) as recorder:
        for slope in (-1.0, 2.0, -1.0):
            model.slope = slope
            recorder.observe(1, loss=0.5, accuracy=0.75, learning_rate=0.1)
            recorder.observe(2, loss=0.25, accuracy=0.5, learning_rate=0.1)
            recorder.end_epoch()
        assert recorder.is_over
    model.load_weights(recorder.best_weights)
    assert model.slope == 2.0
    history = recorder.history()
    assert (history.best_epoch, history.stopped_early) == (2, False)
    assert [record.eval_accuracy for record in history.epochs] == [0.0, 1.0, 0.0]
    assert (history.best.train_loss, history.best.train_accuracy, history.best.learning_rate) == (0.25, 0.5, 0.1)
    assert sum(event.eval_loss is not None for event in events) == 3


def test_an_accuracy_that_nobody_can_tell_is_measured_on_the_train_split(tmp_path: Path) -> None:
    with _recorder(Slope(), tmp_path, []) as recorder:
        recorder.observe(2, loss=0.5, accuracy=None, learning_rate=0.1)
        recorder.end_epoch()
    assert recorder.records[0].train_accuracy == 1.0


def test_early_stopping_ends_the_run(tmp_path: Path) -> None:
    config = _CONFIG.model_copy(update={"epochs": 9, "early_stopping_patience_epochs": 1})
    with _recorder(Slope(), tmp_path, [], config) as recorder:
        while not recorder.is_over:
            recorder.observe(2, loss=0.5, accuracy=0.5, learning_rate=0.1)
            recorder.end_epoch()
    assert len(recorder.records) == 2
    assert recorder.history().stopped_early


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    with _recorder(Slope(), tmp_path, []) as recorder, pytest.raises(DivergedError, match="step 1 of epoch 1"):
        recorder.observe(1, loss=float("nan"), accuracy=None, learning_rate=0.1)


def test_another_attempt_goes_on_after_the_last_epoch_with_a_checkpoint(tmp_path: Path) -> None:
    checkpoints = tmp_path / "checkpoints"
    first = Slope()
    with _recorder(first, tmp_path / "first", []) as recorder:
        saving = EpochCheckpoints(checkpoints, first, recorder, data=_DATA, config=_CONFIG)
        saving.resume()
        assert recorder.records == []
        first.slope = 3.0
        recorder.observe(2, loss=0.5, accuracy=0.5, learning_rate=0.1)
        recorder.end_epoch()
        saving.save_if_due()
    assert len(list(CheckpointStore(checkpoints).intact())) == 1
    second, events = Slope(), list[TrainingProgress]()
    with _recorder(second, tmp_path / "second", events) as resumed:
        EpochCheckpoints(checkpoints, second, resumed, data=_DATA, config=_CONFIG).resume()
    assert second.slope == 3.0
    assert resumed.records == recorder.records
    assert resumed.best_weights.read_text() == "3.0"
    assert (events[0].resumed, resumed.history().resumed) == (True, 1)
