"""A program for `test_resumption`: trains a small model that draws random numbers in every way, and may kill itself.

Arguments: the framework, after how many training batches of this process to die by SIGKILL, 0 is never, settings of
the training as JSON, and one or more trainings, as JSON from the folder to work in to that of the checkpoints or null.
Writes `weights.npz` and `history.json` into each working folder.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
from deadly_data import deadly_data

from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory

_SETTINGS = {"batch_size_examples": 8, "checkpoint_interval_seconds": 0, "seed": 3}
"""Five steps an epoch, a checkpoint after each of them."""


def _data(batches_until_death: int) -> TrainingData:
    """Two classes; the hint is small, so that the model learns, but soon no more."""
    return deadly_data(
        np.arange(60, dtype=np.int64) % 2,
        train_examples=37,
        hint=0.25,
        class_names=("even", "odd"),
        batches_until_death=batches_until_death,
    )


def _train_keras(
    data: TrainingData, config: TrainConfig, work_dir: Path, checkpoint_dir: Path | None
) -> TrainingHistory:
    import keras
    import tensorflow as tf

    from trainers.keras_trainer.train import train

    class Noise(keras.layers.Layer):
        """Adds noise from the two global generators."""

        def call(self, features: tf.Tensor, training: bool = False) -> tf.Tensor:
            if not training:
                return features
            shape = tf.shape(features)
            noise = keras.random.normal(shape) + tf.random.get_global_generator().normal(shape)
            return features + 0.1 * tf.cast(noise, features.dtype)

    keras.utils.set_random_seed(config.seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandomFlip(),
            layers.Conv2D(8, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            Noise(),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(2),
        ]
    )
    history = train(model, data, config, work_dir=work_dir, checkpoint_dir=checkpoint_dir)
    np.savez(work_dir / "weights.npz", *model.get_weights())
    return history


def _train_torch(
    data: TrainingData, config: TrainConfig, work_dir: Path, checkpoint_dir: Path | None
) -> TrainingHistory:
    import torch

    from trainers.torch_trainer.seeding import set_random_seed
    from trainers.torch_trainer.train import train

    class Noise(torch.nn.Module):
        """Adds noise from Python's and NumPy's generators."""

        def forward(self, features: torch.Tensor) -> torch.Tensor:
            return features + 0.1 * (random.gauss(0, 1) + np.random.normal()) if self.training else features

    set_random_seed(config.seed)
    nn = torch.nn
    # torch.compile makes a constant of each number drawn outside of torch, so what it computes depends on those before.
    noise = nn.Identity() if config.optimization.compile else Noise()
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), noise, nn.Flatten(), nn.Dropout(0.4), nn.Linear(288, 2)
    )
    history = train(model, data, config, work_dir=work_dir, checkpoint_dir=checkpoint_dir)
    np.savez(work_dir / "weights.npz", *[value.numpy() for value in model.state_dict().values()])
    return history


def main() -> None:
    framework, batches_until_death, settings, trainings = sys.argv[1:]
    config = TrainConfig.model_validate({**_SETTINGS, **json.loads(settings)})
    train = _train_keras if framework == "keras" else _train_torch
    for folder, checkpoints in json.loads(trainings).items():
        work_dir, checkpoint_dir = Path(folder), Path(checkpoints) if checkpoints else None
        history = train(_data(int(batches_until_death)), config, work_dir, checkpoint_dir)
        history.write(work_dir / "history.json")


if __name__ == "__main__":
    main()
