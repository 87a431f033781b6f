"""What several processes on one CPU make of the same PyTorch training: images/s against one process.

    python -m benchmarks.replicas [--model resnet] [--size 32] [--images 2048] [--batch 64] [--processes 2] [--rounds 3]

Both have the same cores: one process computes with a thread for each, several divide the threads. Rounds alternate;
medians over all epochs but the first of each training are printed, and the time until training begins.
"""

import argparse
import functools
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from trainers.config import TrainConfig
from trainers.example_split import InMemorySplit, TrainingData
from trainers.history import TrainingHistory
from trainers.normalization import FIXED_NORMALIZATIONS
from trainers.torch_trainer.start import start_model
from trainers.torch_trainer.train import train

_EPOCHS = 4
_CLASSES = 5
_EVAL_IMAGES = 64


def draw_data(num_images: int, size_pixels: int) -> TrainingData:
    """Return noise with labels."""
    random = np.random.default_rng(0)
    pixels = random.standard_normal((num_images + _EVAL_IMAGES, size_pixels, size_pixels, 3), dtype=np.float32)
    labels = np.arange(len(pixels), dtype=np.int64) % _CLASSES
    return TrainingData(
        train=InMemorySplit(pixels[:num_images], labels[:num_images]),
        eval=InMemorySplit(pixels[num_images:], labels[num_images:]),
        class_names=tuple("abcde"),
        image_shape=(size_pixels, size_pixels, 3),
    )


def run(data: TrainingData, config: TrainConfig) -> tuple[TrainingHistory, float]:
    """Train; return the history, and the time that was spent before the first epoch and after the last, s."""
    build = functools.partial(
        start_model,
        config,
        class_names=data.class_names,
        image_shape=data.image_shape,
        given=FIXED_NORMALIZATIONS["unit"],
    )
    model = build().model
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        history = train(model, data, config, work_dir=Path(folder), rebuild=build)
        return history, time.perf_counter() - began - sum(record.seconds for record in history.epochs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="resnet")
    for name, default in (("size", 32), ("images", 2048), ("batch", 64), ("processes", 2), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    data = draw_data(options.images, options.size)
    speeds: dict[int, list[float]] = {1: [], options.processes: []}
    around: dict[int, list[float]] = {1: [], options.processes: []}
    for _ in range(options.rounds):
        for processes in speeds:
            config = TrainConfig.model_validate(
                {
                    "model": options.model,
                    "epochs": _EPOCHS,
                    "batch_size_examples": options.batch,
                    "devices": {"kind": "cpu", "replicas": processes},
                }
            )
            history, seconds = run(data, config)
            speeds[processes] += [record.images_per_second for record in history.epochs[1:]]
            around[processes].append(seconds)
    sys.stdout.write(
        f"{options.model}, {options.size} px, batches of {options.batch}, {torch.get_num_threads()} threads\n"
    )
    for processes, values in speeds.items():
        sys.stdout.write(
            f"{processes} processes: {statistics.median(values):.0f} images/s, "
            f"{statistics.median(around[processes]):.1f} s around the epochs\n"
        )


if __name__ == "__main__":
    main()
