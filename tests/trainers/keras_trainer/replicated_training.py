"""A program that trains on logical CPU devices, which must be made before TensorFlow is used.

Arguments: the folder to work in, how many devices to make, and a list of trainings as JSON: for each its name, model of
`replica_models`, training examples, after how many batches of this process to die by SIGKILL (0 is never), whether it
has checkpoints, and settings. Writes `<name>.npz` with the weights and `<name>.json` with the history.
"""

import functools
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from deadly_data import three_classes

from trainers.config import TrainConfig
from trainers.keras_trainer.start import start_model
from trainers.keras_trainer.train import train
from trainers.normalization import FIXED_NORMALIZATIONS

_MODELS = Path(__file__).with_name("replica_models.py")


def _train(folder: Path, order: dict[str, Any]) -> None:
    settings = {"model": f"{_MODELS}:{order['model']}", "batch_size_examples": 8, "epochs": 3, **order["settings"]}
    config = TrainConfig.model_validate(settings)
    data = three_classes(order["train_examples"], batches_until_death=order["dies_after"])
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
