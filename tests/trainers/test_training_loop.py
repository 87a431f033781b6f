"""The loop is driven by a real learner small enough to check by hand: logistic regression in NumPy."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from trainers.config import TrainConfig
from trainers.errors import DivergedError, TrainingDataError
from trainers.example_split import ExampleSplit, InMemorySplit, TrainingData
from trainers.framework import Framework
from trainers.history import TrainingHistory
from trainers.learner import TrainTotals
from trainers.progress import TrainingProgress
from trainers.training_loop import TrainingLoop, check_training_data


class SlopeLearner:
    """Tells two classes apart by the sign of slope * pixel; one number to learn."""

    framework: Framework = "keras"
    device = "cpu"
    checkpoint_name = "slope.txt"
    trainable_parameters = 1
    total_parameters = 1

    def __init__(self, *, slope: float = 0.0) -> None:
        self.slope = slope
        self.batches: list[tuple[list[int], float]] = []
        self._totals = TrainTotals(0.0, 0)

    def train_on_batch(
        self, pixels_BHWC: npt.NDArray[np.float32], label_ids_B: npt.NDArray[np.int64], *, learning_rate: float
    ) -> None:
        self.batches.append((label_ids_B.tolist(), learning_rate))
        pixels_B = pixels_BHWC[:, 0, 0, 0].astype(np.float64)
        signs_B = 2 * label_ids_B - 1
        margins_B = signs_B * self.slope * pixels_B
        loss_sum = float(np.log1p(np.exp(-margins_B)).sum())
        self._totals = TrainTotals(
            self._totals.loss_sum + loss_sum, self._totals.num_correct + int((margins_B > 0).sum())
        )
        self.slope += learning_rate * float((signs_B * pixels_B / (1 + np.exp(margins_B))).mean())

    def train_totals(self) -> TrainTotals:
        return self._totals

    def reset_train_totals(self) -> None:
        self._totals = TrainTotals(0.0, 0)

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        margins_B = (self.slope * pixels_BHWC[:, 0, 0, 0]).astype(np.float32)
        return np.stack([np.zeros_like(margins_B), margins_B], axis=1)

    def save_checkpoint(self, path: Path) -> None:
        path.write_text(repr(self.slope))

    def load_checkpoint(self, path: Path) -> None:
        self.slope = float(path.read_text())


def _split(pixels: list[float], label_ids: list[int]) -> InMemorySplit:
    return InMemorySplit(np.array(pixels, np.float32).reshape(-1, 1, 1, 1), np.array(label_ids, np.int64))


def _data(train: ExampleSplit, evaluation: ExampleSplit) -> TrainingData:
    return TrainingData(train=train, eval=evaluation, class_names=("dark", "light"), image_shape=(1, 1, 1))


@pytest.fixture
def data() -> TrainingData:
    return _data(_split([-1, -2, -1, 1, 2], [0, 0, 0, 1, 1]), _split([-1, 1, 3], [0, 1, 1]))


def _clock() -> Iterator[float]:
    """One second passes between any two readings."""
    yield from map(float, range(10**6))


def _run(
    learner: SlopeLearner, data: TrainingData, config: TrainConfig, work_dir: Path
) -> tuple[TrainingHistory, list[TrainingProgress]]:
    events: list[TrainingProgress] = []
    clock = _clock()
    loop = TrainingLoop(learner, data, config, report=events.append, clock=lambda: next(clock))
    return loop.run(work_dir=work_dir), events


def _config(**settings: object) -> TrainConfig:
    plain = {"learning_rate": 1.0, "learning_rate_schedule": "constant", "warmup_fraction": 0.0}
    return TrainConfig.model_validate({**plain, "batch_size_examples": 2, "epochs": 3, **settings})


def test_every_epoch_sees_all_examples_in_an_order_of_its_own(data: TrainingData, tmp_path: Path) -> None:
    learner = SlopeLearner()
    _run(learner, data, _config(seed=4), tmp_path)
    expected = [
        label_ids_B.tolist() for epoch in (1, 2, 3) for _, label_ids_B in data.train.batches(2, shuffle_seed=4 + epoch)
    ]
    assert [label_ids for label_ids, _ in learner.batches] == expected


def test_the_learning_rate_follows_the_schedule_across_epochs(data: TrainingData, tmp_path: Path) -> None:
    learner = SlopeLearner()
    history, _ = _run(learner, data, _config(warmup_fraction=4 / 9), tmp_path)
    rates = [rate for _, rate in learner.batches]
    assert rates == pytest.approx([0.25, 0.5, 0.75] + [1.0] * 6)
    assert [record.learning_rate for record in history.epochs] == [0.75, 1.0, 1.0]


def test_figures_are_means_over_examples(data: TrainingData, tmp_path: Path) -> None:
    history, _ = _run(SlopeLearner(slope=1.0), data, _config(epochs=1, learning_rate=1e-12), tmp_path)
    (record,) = history.epochs
    margins_N = np.array([1, 2, 1, 1, 2])
    assert record.train_loss == pytest.approx(np.log1p(np.exp(-margins_N)).mean())
    assert record.eval_loss == pytest.approx(np.log1p(np.exp(-np.array([1, 1, 3]))).mean())
    assert (record.train_accuracy, record.eval_accuracy) == (1.0, 1.0)


def test_one_short_batch_is_enough(data: TrainingData, tmp_path: Path) -> None:
    learner = SlopeLearner()
    history, _ = _run(learner, data, _config(batch_size_examples=64), tmp_path)
    assert len(learner.batches) == 3
    assert history.best.eval_accuracy == 1.0


@pytest.fixture
def misleading_data() -> TrainingData:
    """The more a model learns from the training examples, the worse it does on the evaluation examples."""
    return _data(_split([-1, 1], [0, 1]), _split([-1, 1], [1, 0]))


def test_the_best_epoch_is_put_back(misleading_data: TrainingData, tmp_path: Path) -> None:
    learner = SlopeLearner(slope=-1.0)
    history, _ = _run(learner, misleading_data, _config(epochs=4), tmp_path)
    slope_after_one_epoch = -1.0 + 1 / (1 + np.exp(-1.0))
    assert history.best_epoch == 1
    assert learner.slope == pytest.approx(slope_after_one_epoch)


def test_early_stopping_ends_the_run(misleading_data: TrainingData, tmp_path: Path) -> None:
    config = _config(epochs=50, early_stopping_patience_epochs=2)
    history, _ = _run(SlopeLearner(slope=-1.0), misleading_data, config, tmp_path)
    assert len(history.epochs) == 3
    assert history.stopped_early


def test_a_full_run_is_not_called_stopped_early(data: TrainingData, tmp_path: Path) -> None:
    history, _ = _run(SlopeLearner(), data, _config(), tmp_path)
    assert [record.epoch for record in history.epochs] == [1, 2, 3]
    assert not history.stopped_early
    assert (history.train_examples, history.eval_examples) == (5, 3)


def test_events_count_up_and_end_with_the_evaluation(data: TrainingData, tmp_path: Path) -> None:
    history, events = _run(SlopeLearner(), data, _config(epochs=2), tmp_path)
    assert [(event.epoch, event.step) for event in events] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert [event.eval_loss is None for event in events] == [True, True, False] * 2
    assert events[-1].eval_accuracy == history.epochs[-1].eval_accuracy
    assert events[-1].eta_seconds == 0
    assert all(event.steps_per_epoch == 3 and event.images_per_second > 0 for event in events)


def test_events_are_throttled(data: TrainingData, tmp_path: Path) -> None:
    events: list[TrainingProgress] = []
    loop = TrainingLoop(SlopeLearner(), data, _config(epochs=2), report=events.append, clock=lambda: 7.0)
    loop.run(work_dir=tmp_path)
    assert [(event.epoch, event.step) for event in events] == [(1, 1), (1, 3), (2, 3)]


def test_charts_are_left_for_tensorboard(data: TrainingData, tmp_path: Path) -> None:
    _run(SlopeLearner(), data, _config(), tmp_path)
    (log,) = (tmp_path / "tensorboard").iterdir()
    assert log.read_bytes().count(b"accuracy/eval") == 3


def test_a_loss_that_is_not_finite_ends_the_run(data: TrainingData, tmp_path: Path) -> None:
    with pytest.raises(
        DivergedError, match=r"training loss is nan by step 1 of epoch 1.*Lower learning_rate \(it is 1\)"
    ):
        _run(SlopeLearner(slope=float("nan")), data, _config(), tmp_path)


def test_data_without_examples_is_refused(data: TrainingData) -> None:
    empty = InMemorySplit(np.zeros((0, 1, 1, 1), np.float32), np.zeros(0, np.int64))
    with pytest.raises(TrainingDataError, match="the eval split has no examples"):
        check_training_data(_data(data.train, empty))


def test_a_class_without_training_examples_is_named(data: TrainingData) -> None:
    with pytest.raises(TrainingDataError, match="no example of light"):
        check_training_data(_data(_split([1, 2], [0, 0]), _split([1], [0])))


def test_an_evaluation_label_that_training_lacks_is_refused(data: TrainingData) -> None:
    with pytest.raises(TrainingDataError, match="the first is -1"):
        check_training_data(_data(_split([1, 2], [0, 1]), _split([1], [-1])))


def test_a_single_class_is_refused(data: TrainingData) -> None:
    single = TrainingData(train=data.train, eval=data.eval, class_names=("dark",), image_shape=(1, 1, 1))
    with pytest.raises(TrainingDataError, match=r"at least two classes; the data has \['dark'\]"):
        check_training_data(single)
