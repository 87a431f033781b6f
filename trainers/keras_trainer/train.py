"""Training a Keras model."""

from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf

from trainers.class_weights import class_weights
from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.keras_trainer.learner import KerasLearner
from trainers.keras_trainer.replicas import replicate
from trainers.keras_trainer.strategy import choose_strategy
from trainers.progress import Report, log_progress
from trainers.recipes.parts import log_parts
from trainers.training_data_check import check_training_data
from trainers.training_loop import TrainingLoop
from trainers.weights.start import StartModel


def train(
    model: keras.Model,
    data: TrainingData,
    config: TrainConfig,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None = None,
    rebuild: Callable[[], StartModel] | None = None,
    report: Report = log_progress,
) -> TrainingHistory:
    """Train a model in place; it ends with the weights of its best epoch.

    Args:
        model: What `build_model` returned: pixels float32 [N, H, W, C] to logits [N, K].
        data: Examples to train on and to judge by.
        config: How to train. Its seed becomes Keras' global random state.
        work_dir: Folder that gets `tensorboard/` and `best.weights.h5`; created where missing.
        checkpoint_dir: Folder that outlives a killed attempt: the next one goes on from there; None for no checkpoints.
        rebuild: Builds such a model, with any weights. Another device than TensorFlow's own choice needs it.
        report: Takes progress events as they happen.

    Returns:
        The course of the run.

    Raises:
        TrainingDataError: The data cannot be trained on.
        DeviceError: The machine has no such devices, or cannot train in the precision.
        DivergedError: The loss stopped being a finite number.
    """
    check_training_data(data, batch_size_examples=config.batch_size_examples)
    strategy = choose_strategy(config.devices)
    trained = model
    if strategy is not None:
        if rebuild is None:
            raise ValueError("a choice of devices needs `rebuild`, to have the model on each of them")
        trained = replicate(model, strategy, rebuild, sync_batch_norm=config.devices.sync_batch_norm)
    keras.utils.set_random_seed(config.seed)
    # Not covered by the line above, and otherwise seeded by chance.
    tf.random.set_global_generator(tf.random.Generator.from_seed(config.seed))
    weights_K = class_weights(config.class_weights, data.train.class_counts(data.num_classes))
    learner = KerasLearner(trained, config, class_weights_K=weights_K, image_shape=data.image_shape, strategy=strategy)
    log_parts(config.recipe, learner.parts)
    history = TrainingLoop(learner, data, config, report=report).run(work_dir=work_dir, checkpoint_dir=checkpoint_dir)
    if trained is not model:
        model.set_weights(trained.get_weights())
    return history.model_copy(update={"parts": learner.parts})
