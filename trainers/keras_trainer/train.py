"""Training a Keras model."""

from pathlib import Path

import keras
import tensorflow as tf

from trainers.class_weights import class_weights
from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.keras_trainer.learner import KerasLearner
from trainers.progress import Report, log_progress
from trainers.recipes.parts import log_parts
from trainers.training_data_check import check_training_data
from trainers.training_loop import TrainingLoop


def train(
    model: keras.Model,
    data: TrainingData,
    config: TrainConfig,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None = None,
    report: Report = log_progress,
) -> TrainingHistory:
    """Train a model in place; it ends with the weights of its best epoch.

    Args:
        model: What `build_model` returned: pixels float32 [N, H, W, C] to logits [N, K].
        data: Examples to train on and to judge by.
        config: How to train. Its seed becomes Keras' global random state.
        work_dir: Folder that gets `tensorboard/` and `best.weights.h5`; created where missing.
        checkpoint_dir: Folder that outlives a killed attempt: the next one goes on from there; None for no checkpoints.
        report: Takes progress events as they happen.

    Returns:
        The course of the run.

    Raises:
        TrainingDataError: The data cannot be trained on.
        DivergedError: The loss stopped being a finite number.
    """
    check_training_data(data, batch_size_examples=config.batch_size_examples)
    keras.utils.set_random_seed(config.seed)
    # Not covered by the line above, and otherwise seeded by chance.
    tf.random.set_global_generator(tf.random.Generator.from_seed(config.seed))
    weights_K = class_weights(config.class_weights, data.train.class_counts(data.num_classes))
    learner = KerasLearner(model, config, class_weights_K=weights_K, image_shape=data.image_shape)
    log_parts(config.recipe, learner.parts)
    history = TrainingLoop(learner, data, config, report=report).run(work_dir=work_dir, checkpoint_dir=checkpoint_dir)
    return history.model_copy(update={"parts": learner.parts})
