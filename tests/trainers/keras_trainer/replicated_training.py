"""A program that trains on logical CPU devices, which must be made before TensorFlow is used.

Arguments: the folder to work in, how many devices to make, and a list of trainings as JSON: for each its name, model of
`replica_models`, training examples, after how many batches of this process to die by SIGKILL (0 is never), whether it
has checkpoints, and settings. Writes `<name>.npz` with the weights and `<name>.json` with the history.
"""

import functools
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from trainers.augmentation.draw import ColorRange
from trainers.balanced_sampling import Sampling
from trainers.config import TrainConfig
from trainers.example_split import Batch, InMemorySplit, TrainingData
from trainers.keras_trainer.start import start_model
from trainers.keras_trainer.train import train
from trainers.normalization import FIXED_NORMALIZATIONS

_MODELS = Path(__file__).with_name("replica_models.py")
_BATCHES_GIVEN: list[int] = []


@dataclass(frozen=True)
class DeadlySplit(InMemorySplit):
    """Kills its process instead of giving the batch after so many; 0 is never."""

    batches_until_death: int = 0

    def batches(
        self,
        batch_size_examples: int,
        *,
        shuffle_seed: int | None,
        sampling: Sampling = "shuffled",
        skip_batches: int = 0,
    ) -> Iterator[Batch]:
        batches = super().batches(
            batch_size_examples, shuffle_seed=shuffle_seed, sampling=sampling, skip_batches=skip_batches
        )
        for batch in batches:
            if _BATCHES_GIVEN and len(_BATCHES_GIVEN) == self.batches_until_death:
                os.kill(os.getpid(), signal.SIGKILL)
            _BATCHES_GIVEN.append(len(batch[1]))
            yield batch


def _data(train_examples: int, dies_after: int) -> TrainingData:
    """Noise and a hint of the label, three classes of unequal size."""
    labels = np.arange(train_examples + 20, dtype=np.int64) % 7 % 3
    pixels = np.random.default_rng(1).normal(size=(len(labels), 8, 8, 3)).astype(np.float32)
    pixels += 0.3 * labels[:, None, None, None].astype(np.float32)
    cut = train_examples
    return TrainingData(
        train=DeadlySplit(pixels[:cut], labels[:cut], dies_after),
        eval=InMemorySplit(pixels[cut:], labels[cut:]),
        class_names=("a", "b", "c"),
        image_shape=(8, 8, 3),
        color_range=ColorRange(black_C=np.full(3, -2, np.float32), width_C=np.full(3, 4, np.float32)),
    )


def _train(folder: Path, order: dict[str, Any]) -> None:
    settings = {"model": f"{_MODELS}:{order['model']}", "batch_size_examples": 8, "epochs": 3, **order["settings"]}
    config = TrainConfig.model_validate(settings)
    data = _data(order["train_examples"], order["dies_after"])
    build = functools.partial(
        start_model,
        config,
        class_names=data.class_names,
        image_shape=data.image_shape,
        given=FIXED_NORMALIZATIONS["unit"],
    )
    model = build().model
    checkpoints = folder / "checkpoints" if order["has_checkpoints"] else None
    work_dir = folder / order["name"]
    history = train(model, data, config, work_dir=work_dir, checkpoint_dir=checkpoints, rebuild=build)
    np.savez(folder / f"{order['name']}.npz", *model.get_weights())
    history.write(folder / f"{order['name']}.json")


def main() -> None:
    folder, num_devices, orders = sys.argv[1:]
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * int(num_devices))
    for order in json.loads(orders):
        _train(Path(folder), order)


if __name__ == "__main__":
    main()
