"""A training on a small data set in any number of processes; as a program, one of its processes may be killed.

Arguments of the program: the folder to work in, the folder of the checkpoints, which process to kill (0 is the leading
one), after how many batches (0 is never), and settings of the training as JSON. Writes `weights.pt`.
"""

import functools
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trainers.augmentation.draw import ColorRange
from trainers.balanced_sampling import Sampling
from trainers.config import TrainConfig
from trainers.example_split import Batch, InMemorySplit, TrainingData
from trainers.history import TrainingHistory
from trainers.normalization import FIXED_NORMALIZATIONS
from trainers.torch_trainer.start import start_model
from trainers.torch_trainer.train import train

Weights = dict[str, torch.Tensor]
_MODELS = Path(__file__).with_name("replica_models.py")


@dataclass(frozen=True)
class DeadlySplit(InMemorySplit):
    """Kills one of the processes before the batch after so many; 0 is never."""

    victim: int = 0
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
                followers = [process.pid for process in multiprocessing.active_children()]
                sys.stdout.write(f"followers {json.dumps(followers)}\n")
                sys.stdout.flush()
                os.kill([os.getpid(), *followers][self.victim] or 0, signal.SIGKILL)
            _BATCHES_GIVEN.append(len(batch[1]))
            yield batch


_BATCHES_GIVEN: list[int] = []


def small_data(train_examples: int = 37, *, victim: int = 0, batches_until_death: int = 0) -> TrainingData:
    """Noise and a hint of the label, three classes of unequal size."""
    labels = np.arange(train_examples + 20, dtype=np.int64) % 7 % 3
    pixels = np.random.default_rng(1).normal(size=(len(labels), 8, 8, 3)).astype(np.float32)
    pixels += 0.3 * labels[:, None, None, None].astype(np.float32)
    cut = train_examples
    return TrainingData(
        train=DeadlySplit(pixels[:cut], labels[:cut], victim, batches_until_death),
        eval=InMemorySplit(pixels[cut:], labels[cut:]),
        class_names=("a", "b", "c"),
        image_shape=(8, 8, 3),
        color_range=ColorRange(black_C=np.full(3, -2, np.float32), width_C=np.full(3, 4, np.float32)),
    )


def config_of(model: str, replicas: int, **settings: Any) -> TrainConfig:
    """Return settings with a model of `replica_models`."""
    return TrainConfig.model_validate(
        {
            "model": f"{_MODELS}:{model}",
            "batch_size_examples": 8,
            "epochs": 3,
            "devices": {"kind": "cpu", "replicas": replicas},
            **settings,
        }
    )


def run(
    data: TrainingData, config: TrainConfig, work_dir: Path, checkpoint_dir: Path | None = None
) -> tuple[Weights, TrainingHistory]:
    """Train; return the weights and the history."""
    build = functools.partial(
        start_model,
        config,
        class_names=data.class_names,
        image_shape=data.image_shape,
        given=FIXED_NORMALIZATIONS["unit"],
    )
    model = build().model
    history = train(model, data, config, work_dir=work_dir, checkpoint_dir=checkpoint_dir, rebuild=build)
    return model.state_dict(), history


def main() -> None:
    work_dir, checkpoint_dir, victim, batches_until_death, settings = sys.argv[1:]
    data = small_data(victim=int(victim), batches_until_death=int(batches_until_death))
    config = config_of("build_drawing", 2, checkpoint_interval_seconds=0, **json.loads(settings))
    weights, history = run(data, config, Path(work_dir), Path(checkpoint_dir) if checkpoint_dir else None)
    torch.save({"weights": weights, "resumed": history.resumed}, Path(work_dir) / "weights.pt")


if __name__ == "__main__":
    main()
