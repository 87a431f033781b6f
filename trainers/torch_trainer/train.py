"""Training a PyTorch model."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.class_weights import class_weights
from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.progress import Report, log_progress
from trainers.recipes.parts import log_parts
from trainers.torch_trainer.device import choose_devices
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.replicas.leading_learner import LeadingLearner, leading_learner
from trainers.torch_trainer.seeding import set_random_seed
from trainers.training_data_check import check_training_data
from trainers.training_loop import TrainingLoop
from trainers.weights.start import StartModel


def train(
    model: nn.Module,
    data: TrainingData,
    config: TrainConfig,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None = None,
    rebuild: Callable[[], StartModel] | None = None,
    report: Report = log_progress,
) -> TrainingHistory:
    """Train a model in place; it ends on the CPU in inference mode with the weights of its best epoch.

    Args:
        model: What `build_model` returned: pixels float32 [N, C, H, W] to logits [N, K].
        data: Examples to train on and to judge by; their pixels are [N, H, W, C] and turned here.
        config: How to train. Its seed becomes PyTorch's global random state.
        work_dir: Folder that gets `tensorboard/` and `best.pt`; created where missing.
        checkpoint_dir: Folder that outlives a killed attempt: the next one goes on from there; None for no checkpoints.
        rebuild: Builds such a model in another process, with any weights; can be pickled. Several devices need it.
        report: Takes progress events as they happen.

    Returns:
        The course of the run.

    Raises:
        TrainingDataError: The data cannot be trained on.
        ModelSourceError: The model answers something else than one tensor while it trains.
        DeviceError: The machine has no such devices, or cannot train in the precision.
        DivergedError: The loss stopped being a finite number.
        TransientError: One of several processes was killed.
    """
    check_training_data(data, batch_size_examples=config.batch_size_examples)
    devices = choose_devices(config.devices)
    set_random_seed(config.seed)
    weights_K = class_weights(config.class_weights, data.train.class_counts(data.num_classes))
    with _learner(model, data, config, weights_K=weights_K, devices=devices, rebuild=rebuild) as learner:
        log_parts(config.recipe, learner.parts)
        loop = TrainingLoop(learner, data, config, report=report)
        history = loop.run(work_dir=work_dir, checkpoint_dir=checkpoint_dir)
    model.to(device="cpu", memory_format=torch.contiguous_format).eval()
    return history.model_copy(update={"parts": learner.parts})


def _learner(
    model: nn.Module,
    data: TrainingData,
    config: TrainConfig,
    *,
    weights_K: npt.NDArray[np.float32],
    devices: Sequence[torch.device],
    rebuild: Callable[[], StartModel] | None,
) -> contextlib.AbstractContextManager[TorchLearner | LeadingLearner]:
    if len(devices) == 1:
        return contextlib.nullcontext(TorchLearner(model, config, class_weights_K=weights_K, device=devices[0]))
    if rebuild is None:
        raise ValueError("several devices need `rebuild`, to have the model in each of their processes")
    return leading_learner(
        model, config, class_weights_K=weights_K, image_shape=data.image_shape, devices=devices, rebuild=rebuild
    )
