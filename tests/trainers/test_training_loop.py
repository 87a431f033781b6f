"""The loop is driven by a real learner small enough to check by hand; see `slope_learner`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from slope_learner import SlopeLearner

from trainers import training_loop
from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import BatchDraw
from trainers.config import TrainConfig
from trainers.errors import DivergedError
from trainers.example_split import Batch, ExampleSplit, InMemorySplit, TrainingData
from trainers.history import TrainingHistory
from trainers.progress import TrainingProgress
from trainers.training_loop import TrainingLoop


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


class _WatchingLearner(SlopeLearner):
    """Keeps what it is given to distort and to judge."""

    def __init__(self) -> None:
        super().__init__()
        self.draws: list[BatchDraw | None] = []
        self.judged: list[float] = []

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        self.draws.append(draw)
        super().train_on_batch(pixels_BHWC, label_ids_B, learning_rate=learning_rate)

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        self.judged.extend(pixels_BHWC.ravel().tolist())
        return super().logits_of(pixels_BHWC)


def test_without_augmentation_no_batch_is_distorted(data: TrainingData, tmp_path: Path) -> None:
    learner = _WatchingLearner()
    _run(learner, data, _config(), tmp_path)
    assert learner.draws == [None] * 9


def test_training_batches_are_distorted_and_evaluation_is_not(data: TrainingData, tmp_path: Path) -> None:
    learner = _WatchingLearner()
    augmentation = AugmentationConfig(cutmix_probability=0.5, random_erasing_probability=0.5)
    _run(learner, data, _config(augmentation=augmentation), tmp_path)
    sizes = [len(draw.erased_BHW) for draw in learner.draws if draw is not None and draw.erased_BHW is not None]
    assert sizes == [2, 2, 1] * 3
    assert learner.judged == [-1, 1, 3] * 3


def test_the_learning_rate_falls_when_the_evaluation_loss_does_not(
    misleading_data: TrainingData, tmp_path: Path
) -> None:
    config = _config(
        epochs=5,
        learning_rate_schedule="reduce_on_plateau",
        optimization={"plateau_patience_epochs": 2, "plateau_factor": 0.5},
    )
    learner = SlopeLearner(slope=-1.0)
    history, events = _run(learner, misleading_data, config, tmp_path)
    assert [rate for _, rate in learner.batches] == [1.0, 1.0, 1.0, 0.5, 0.5]
    assert [record.learning_rate for record in history.epochs] == [1.0, 1.0, 1.0, 0.5, 0.5]
    assert [event.learning_rate for event in events] == [1.0, 1.0, 1.0, 0.5, 0.5]


def test_a_resumed_run_remembers_its_plateau(misleading_data: TrainingData, tmp_path: Path) -> None:
    config = _config(
        epochs=6,
        learning_rate_schedule="reduce_on_plateau",
        optimization={"plateau_patience_epochs": 2, "plateau_factor": 0.5},
        checkpoint_interval_seconds=0,
    )
    whole = _MortalLearner()
    _attempt(whole, misleading_data, tmp_path / "whole", config)
    _killed(misleading_data, tmp_path, config, dies_before_batch=5)
    resumed = _MortalLearner()
    _attempt(resumed, misleading_data, tmp_path, config)
    assert resumed.batches == whole.batches[4:]
    assert len({rate for _, rate in whole.batches}) > 1


def test_balanced_sampling_shows_a_rare_class_as_often_as_a_common_one(tmp_path: Path) -> None:
    data = _data(_split([-1, -2, -1, -3, 1, -1], [0, 0, 0, 0, 1, 0]), _split([-1, 1], [0, 1]))
    learner = SlopeLearner()
    _run(learner, data, _config(epochs=2, optimization={"sampling": "balanced"}), tmp_path)
    assert [sum(sum(labels) for labels, _ in learner.batches[start : start + 3]) for start in (0, 3)] == [3, 3]


def test_figures_are_means_over_examples(data: TrainingData, tmp_path: Path) -> None:
    history, _ = _run(SlopeLearner(slope=1.0), data, _config(epochs=1, learning_rate=1e-12), tmp_path)
    (record,) = history.epochs
    margins_N = np.array([1, 2, 1, 1, 2])
    assert record.train_loss == pytest.approx(np.log1p(np.exp(-margins_N)).mean())
    assert record.eval_loss == pytest.approx(np.log1p(np.exp(-np.array([1, 1, 3]))).mean())
    assert (record.train_accuracy, record.eval_accuracy) == (1.0, 1.0)


def test_the_share_of_time_that_training_waits_for_input_is_on_record(
    data: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]

    class SlowSplit(InMemorySplit):
        def batches(self, batch_size_examples: int, **order: Any) -> Iterator[Batch]:
            for batch in super().batches(batch_size_examples, **order):
                now[0] += 3.0
                yield batch

    class SlowLearner(SlopeLearner):
        def train_on_batch(self, *batch: Any, **settings: Any) -> None:
            now[0] += 1.0
            super().train_on_batch(*batch, **settings)

    # Made ahead, on a thread of their own, batches would take their time on this clock at any moment.
    monkeypatch.setattr(training_loop, "prefetched", lambda items, *, ahead: items)
    slow = _data(SlowSplit(data.train.pixels_NHWC, data.train.label_ids_N), data.eval)  # type: ignore[attr-defined]
    loop = TrainingLoop(SlowLearner(), slow, _config(epochs=1), report=lambda _: None, clock=lambda: now[0])
    (record,) = loop.run(work_dir=tmp_path).epochs
    assert record.input_wait_fraction == 0.75
    (log,) = (tmp_path / "tensorboard").iterdir()
    assert b"input_wait_fraction" in log.read_bytes()


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
    for chart in (b"accuracy/eval", b"learning_rate", b"images_per_second"):
        assert log.read_bytes().count(chart) == 3


def test_a_loss_that_is_not_finite_ends_the_run(data: TrainingData, tmp_path: Path) -> None:
    with pytest.raises(
        DivergedError, match=r"training loss is nan by step 1 of epoch 1.*Lower learning_rate \(it is 1\)"
    ):
        _run(SlopeLearner(slope=float("nan")), data, _config(), tmp_path)


class _MortalLearner(SlopeLearner):
    """Takes ten seconds for a batch and dies before one of them; the clock is the seconds that it has worked."""

    def __init__(self, *, dies_before_batch: int = 0) -> None:
        super().__init__()
        self.seconds = 0.0
        self._dies_before_batch = dies_before_batch

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        if len(self.batches) + 1 == self._dies_before_batch:
            raise KeyboardInterrupt
        super().train_on_batch(pixels_BHWC, label_ids_B, learning_rate=learning_rate)
        self.seconds += 10.0


def _attempt(
    learner: _MortalLearner, data: TrainingData, tmp_path: Path, config: TrainConfig
) -> tuple[TrainingHistory, list[TrainingProgress]]:
    events: list[TrainingProgress] = []
    loop = TrainingLoop(learner, data, config, report=events.append, clock=lambda: learner.seconds)
    return loop.run(work_dir=tmp_path / "work", checkpoint_dir=tmp_path / "checkpoints"), events


def _killed(data: TrainingData, tmp_path: Path, config: TrainConfig, *, dies_before_batch: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        _attempt(_MortalLearner(dies_before_batch=dies_before_batch), data, tmp_path, config)


def test_a_resumed_run_does_again_at_most_an_interval_of_work(data: TrainingData, tmp_path: Path) -> None:
    config = _config(checkpoint_interval_seconds=20)
    whole = _MortalLearner()
    expected, _ = _attempt(whole, data, tmp_path / "whole", config)
    _killed(data, tmp_path, config, dies_before_batch=6)
    resumed = _MortalLearner()
    history, events = _attempt(resumed, data, tmp_path, config)
    # Nine batches of three epochs; checkpoints after two and four of them, the fifth was lost.
    assert resumed.batches == whole.batches[4:]
    assert resumed.slope == whole.slope
    assert history == expected.model_copy(update={"resumed": 1})
    assert history.train_seconds == 90.0
    assert str(events[0]).startswith("resumed at epoch 2 step 1: keras epoch 2/3 step 1/3: loss")
    assert [event.resumed for event in events[1:]] == [False] * (len(events) - 1)


def test_a_run_resumes_after_an_epoch_with_its_figures(data: TrainingData, tmp_path: Path) -> None:
    config = _config(checkpoint_interval_seconds=30)
    _killed(data, tmp_path, config, dies_before_batch=6)
    history, events = _attempt(_MortalLearner(), data, tmp_path, config)
    # The checkpoint that is due after step 3 is written there, before the evaluation.
    assert (events[0].epoch, events[0].step, events[0].eval_loss) == (1, 3, None)
    assert events[1].eval_accuracy == history.epochs[0].eval_accuracy
    assert [record.epoch for record in history.epochs] == [1, 2, 3]


def test_a_run_that_was_killed_after_its_last_epoch_trains_no_more(data: TrainingData, tmp_path: Path) -> None:
    config = _config(checkpoint_interval_seconds=0)
    whole = _MortalLearner()
    expected, _ = _attempt(whole, data, tmp_path, config)
    resumed = _MortalLearner()
    history, events = _attempt(resumed, data, tmp_path, config)
    assert resumed.batches == []
    assert resumed.slope == whole.slope
    assert history == expected.model_copy(update={"resumed": 1})
    assert [(event.epoch, event.step, event.resumed) for event in events] == [(3, 3, True)]
    assert events[0].eval_accuracy == history.epochs[-1].eval_accuracy


def test_early_stopping_remembers_what_it_saw_before(misleading_data: TrainingData, tmp_path: Path) -> None:
    config = _config(epochs=50, early_stopping_patience_epochs=3, checkpoint_interval_seconds=0)
    _killed(misleading_data, tmp_path, config, dies_before_batch=3)
    resumed = _MortalLearner()
    history, _ = _attempt(resumed, misleading_data, tmp_path, config)
    assert (history.best_epoch, len(history.epochs), len(resumed.batches)) == (1, 4, 2)
    assert history.stopped_early


def test_charts_of_a_resumed_run_hold_every_epoch_once(data: TrainingData, tmp_path: Path) -> None:
    config = _config(checkpoint_interval_seconds=0)
    _killed(data, tmp_path, config, dies_before_batch=8)
    _attempt(_MortalLearner(), data, tmp_path, config)
    (log,) = (tmp_path / "work" / "tensorboard").iterdir()
    assert log.read_bytes().count(b"accuracy/eval") == 3


def test_a_warm_start_is_evaluated_before_its_first_step(data: TrainingData, tmp_path: Path) -> None:
    history, events = _run(SlopeLearner(slope=-1.0), data, _config(weights="pushed"), tmp_path)
    cold, _ = _run(SlopeLearner(slope=-1.0), data, _config(), tmp_path / "cold")

    # Every margin is on the wrong side: -1, -1, -3.
    assert history.initial is not None
    assert history.initial.eval_accuracy == 0.0
    assert history.initial.eval_loss == pytest.approx(np.log1p(np.exp([1, 1, 3])).mean(), abs=1e-6)
    assert cold.initial is None
    assert (events[0].epoch, events[0].step) == (1, 1)
    # The evaluation before the first epoch is none of its time.
    assert history.epochs[0].images_per_second == cold.epochs[0].images_per_second
    (log,) = (tmp_path / "tensorboard").iterdir()
    assert log.read_bytes().count(b"accuracy/eval") == 4


def test_what_a_warm_start_began_with_outlives_a_killed_attempt(data: TrainingData, tmp_path: Path) -> None:
    config = _config(weights="w.safetensors", checkpoint_interval_seconds=0)
    expected, _ = _attempt(_MortalLearner(), data, tmp_path / "whole", config)
    _killed(data, tmp_path, config, dies_before_batch=2)

    history, _ = _attempt(_MortalLearner(), data, tmp_path, config)

    assert expected.initial is not None
    assert history.initial == expected.initial


def test_checkpoints_of_another_run_are_not_used(data: TrainingData, tmp_path: Path) -> None:
    _killed(data, tmp_path, _config(checkpoint_interval_seconds=0), dies_before_batch=6)
    learner = _MortalLearner()
    history, events = _attempt(learner, data, tmp_path, _config(checkpoint_interval_seconds=0, seed=1))
    assert (len(learner.batches), history.resumed, events[0].resumed) == (9, 0, False)


def test_without_a_folder_for_checkpoints_none_are_left(data: TrainingData, tmp_path: Path) -> None:
    _run(SlopeLearner(), data, _config(checkpoint_interval_seconds=0), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"slope.txt", "tensorboard"}
