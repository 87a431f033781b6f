from pathlib import Path

import pytest
import torch

from trainers.config import TrainConfig
from trainers.errors import ModelSourceError, TrainingWayError
from trainers.example_split import TrainingData
from trainers.progress import TrainingProgress
from trainers.torch_trainer.predict import predict_logits
from trainers.ways.config import FastaiConfig

pytest.importorskip("fastai.learner", reason="the extra fastai is not installed")
fastai = pytest.importorskip("trainers.torch_trainer.fastai_fit")

_FILE = Path(__file__).with_name("fastai_learner.py")
_CONFIG = TrainConfig(
    way="fastai",
    model=f"{_FILE}:build_learner",
    epochs=3,
    batch_size_examples=16,
    learning_rate=0.1,
    checkpoint_interval_seconds=0,
)


def test_a_learner_is_trained_by_one_cycle(colour_data: TrainingData, tmp_path: Path) -> None:
    built = fastai.build_learner(_CONFIG, colour_data)
    history = fastai.fastai_fit(built, colour_data, _CONFIG, work_dir=tmp_path)
    assert history.best.eval_accuracy >= 0.9
    assert history.best.train_accuracy >= 0.6
    assert history.epochs[-1].learning_rate < 1e-2
    assert history.suggested_learning_rate is None
    ((pixels_NHWC, label_ids_N),) = colour_data.eval.batches(1000, shuffle_seed=None)
    logits_NK = predict_logits(built.learn.model, pixels_NHWC, batch_size_examples=7)
    assert (logits_NK.argmax(axis=1) == label_ids_N).mean() == history.best.eval_accuracy


def test_lr_find_suggests_and_leaves_the_result_as_it_is(colour_data: TrainingData, tmp_path: Path) -> None:
    plain = fastai.build_learner(_CONFIG, colour_data)
    fastai.fastai_fit(plain, colour_data, _CONFIG, work_dir=tmp_path / "plain")
    config = _CONFIG.model_copy(update={"fastai": FastaiConfig(lr_find=True)})
    asked = fastai.build_learner(config, colour_data)
    history = fastai.fastai_fit(asked, colour_data, config, work_dir=tmp_path / "asked")
    assert history.suggested_learning_rate is not None
    assert 1e-7 < history.suggested_learning_rate < 10
    for name, weight in plain.learn.model.state_dict().items():
        assert torch.equal(weight, asked.learn.model.state_dict()[name]), name


def test_a_killed_run_goes_on_to_the_same_weights(colour_data: TrainingData, tmp_path: Path) -> None:
    whole = fastai.build_learner(_CONFIG, colour_data)
    fastai.fastai_fit(whole, colour_data, _CONFIG, work_dir=tmp_path / "whole")

    def stop(progress: TrainingProgress) -> None:
        if progress.epoch == 3:
            raise KeyError("killed")

    folders = {"work_dir": tmp_path / "killed", "checkpoint_dir": tmp_path / "checkpoints"}
    killed = fastai.build_learner(_CONFIG, colour_data)
    with pytest.raises(KeyError, match="killed"):
        fastai.fastai_fit(killed, colour_data, _CONFIG, report=stop, **folders)
    resumed = fastai.build_learner(_CONFIG, colour_data)
    history = fastai.fastai_fit(resumed, colour_data, _CONFIG, **folders)
    assert history.resumed == 1
    assert [record.epoch for record in history.epochs] == [1, 2, 3]
    for name, weight in whole.learn.model.state_dict().items():
        assert torch.equal(weight, resumed.learn.model.state_dict()[name]), name


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        ("build_model", TrainingWayError, "trains a fastai Learner, but .* built a Flatten"),
        ("build_probabilities", ModelSourceError, "answers probabilities"),
        ("needs_more", ModelSourceError, "needs 'optimizer', which training does not pass"),
    ],
)
def test_what_is_no_learner_of_logits_is_refused(
    colour_data: TrainingData, function: str, error: type[Exception], message: str
) -> None:
    config = _CONFIG.model_copy(update={"model": f"{_FILE}:{function}"})
    with pytest.raises(error, match=message):
        fastai.build_learner(config, colour_data)
