"""Training by a fastai Learner of the user's own, with the one-cycle schedule.

The schedule: L. N. Smith, "A disciplined approach to neural network hyper-parameters: Part 1", arXiv:1803.09820.
"""

import contextlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from fastai.callback.core import Callback, CancelFitException
from fastai.callback.schedule import Learner
from fastai.data.core import DataLoaders

from trainers.config import TrainConfig
from trainers.errors import ModelSourceError, TrainingWayError
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.models.builder import load_builder
from trainers.models.source import UserModel, parse_model_source
from trainers.progress import Report, log_progress
from trainers.torch_trainer.build import try_model
from trainers.torch_trainer.device import choose_device
from trainers.torch_trainer.epoch_batches import epoch_loader
from trainers.torch_trainer.fastai_model import FastaiModel
from trainers.torch_trainer.seeding import set_random_seed
from trainers.training_data_check import check_training_data
from trainers.ways.config import arguments_of
from trainers.ways.epoch_checkpoints import EpochCheckpoints
from trainers.ways.run_recorder import RunRecorder


@dataclass
class BuiltLearner:
    """A Learner, and the epoch that its training batches are ordered for."""

    learn: Learner
    epoch: int = 0
    """Number of the epoch, from 0."""


def build_learner(config: TrainConfig, data: TrainingData) -> BuiltLearner:
    """Have the user's function build a Learner on our data, and try its model on a small batch.

    The function gets `num_classes`, `image_shape` (height, width, channels) and `dls`, DataLoaders whose batches are
    (pixels float32 [B, C, H, W], label ids int64 [B]) in the order of the built-in loop.

    Raises:
        ModelSourceError: The source cannot be loaded, or the Learner's model does not answer logits.
        TrainingDataError: The data cannot be trained on.
        TrainingWayError: The function built something else than a Learner.
    """
    check_training_data(data, batch_size_examples=config.batch_size_examples)
    set_random_seed(config.seed)
    source = parse_model_source(config.model)
    if not isinstance(source, UserModel):
        raise ModelSourceError(f"train.way 'fastai' needs path/or.module:function, not model {config.model!r}.")
    built = BuiltLearner(learn=None)
    train = epoch_loader(data.train, config.batch_size_examples, shuffle_seed=lambda: config.seed + built.epoch + 1)
    evaluation = epoch_loader(data.eval, config.batch_size_examples, shuffle_seed=None)
    builder = load_builder(source, arguments=arguments_of("fastai"))
    learn = builder(num_classes=data.num_classes, image_shape=data.image_shape, dls=DataLoaders(train, evaluation))
    if not isinstance(learn, Learner):
        raise TrainingWayError(
            f"train.way 'fastai' trains a fastai Learner, but {config.model!r} built a {type(learn).__qualname__}."
        )
    try_model(learn.model.cpu(), config.model, num_classes=data.num_classes, image_shape=data.image_shape)
    built.learn = learn
    return built


def fastai_fit(
    built: BuiltLearner,
    data: TrainingData,
    config: TrainConfig,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None = None,
    report: Report = log_progress,
) -> TrainingHistory:
    """Train the Learner's model by `fit_one_cycle`; it ends on the CPU in inference mode with its best epoch's weights.

    Loss, optimiser, weight decay, metrics and callbacks are the Learner's own; epochs, batch size, peak learning rate
    and seed come from the configuration. A run that was killed goes on after its last epoch with a checkpoint.

    Args:
        built: What `build_learner` returned for this data.
        data: Examples to train on and to judge by.
        config: How to train.
        work_dir: Folder that gets `tensorboard/` and `best.pt`; created where missing.
        checkpoint_dir: Folder that outlives a killed attempt; None for no checkpoints.
        report: Takes progress events as they happen.

    Raises:
        DivergedError: The loss stopped being a finite number.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    learn, device = built.learn, choose_device()
    learn.path, learn.model_dir = work_dir, "fastai"
    learn.model.to(device)
    suggestion = _suggest(learn) if config.fastai.lr_find else None
    set_random_seed(config.seed)
    learn.create_opt()
    model = FastaiModel(learn, device=device)
    with RunRecorder(model, data, config, work_dir=work_dir, report=report) as recorder, _quiet(learn):
        checkpoints = EpochCheckpoints(checkpoint_dir, model, recorder, data=data, config=config)
        checkpoints.resume()
        if not recorder.is_over:
            learn.fit_one_cycle(
                config.epochs,
                lr_max=config.learning_rate,
                start_epoch=len(recorder.records),
                cbs=_Recording(built, recorder, checkpoints),
            )
        learn.model.cpu()
        model.load_weights(recorder.best_weights)
        learn.model.eval()
        return recorder.history().model_copy(update={"suggested_learning_rate": suggestion})


def _suggest(learn: Learner) -> float:
    with _quiet(learn), warnings.catch_warnings():
        # fastai 2.8 names a module of NumPy that NumPy 2 has moved.
        warnings.filterwarnings("ignore", message="numpy.core is deprecated", category=DeprecationWarning)
        return float(learn.lr_find(show_plot=False).valley)


@contextlib.contextmanager
def _quiet(learn: Learner) -> Any:
    with learn.no_bar(), learn.no_logging():
        yield


class _Recording(Callback):
    """Hands figures of the training on to the recorder, after fastai's own recorder has them."""

    order = 80

    def __init__(self, built: BuiltLearner, recorder: RunRecorder, checkpoints: EpochCheckpoints) -> None:
        self._built, self._run, self._checkpoints = built, recorder, checkpoints
        self._loss_sum, self._num_correct, self._num_examples, self._num_judged = 0.0, 0, 0, 0

    def before_epoch(self) -> None:
        self._built.epoch = self.epoch
        self._loss_sum, self._num_correct, self._num_examples, self._num_judged = 0.0, 0, 0, 0

    def after_batch(self) -> None:
        if not self.training:
            return
        labels_B, logits_BK = self.yb[0], self.pred
        self._num_examples += len(labels_B)
        self._loss_sum += float(self.loss.detach()) * len(labels_B)
        if isinstance(logits_BK, torch.Tensor) and logits_BK.shape[:-1] == labels_B.shape:
            self._num_correct += int((logits_BK.argmax(dim=1) == labels_B).sum())
            self._num_judged += len(labels_B)
        is_judged = self._num_judged == self._num_examples
        self._run.observe(
            self.iter + 1,
            loss=self._loss_sum / self._num_examples,
            accuracy=self._num_correct / self._num_judged if is_judged else None,
            learning_rate=float(self.opt.hypers[-1]["lr"]),
        )

    def after_epoch(self) -> None:
        if self._num_examples == 0:
            return  # an epoch of an earlier attempt, which is left out
        self._run.end_epoch()
        self._checkpoints.save_if_due()
        if self._run.is_over:
            raise CancelFitException
