"""A training on a small data set in any number of processes; as a program, one of its processes may be killed.

Arguments of the program: which process to kill (0 is the leading one), after how many batches (0 is never), settings of
the training as JSON, and one or more trainings, as JSON from the folder to work in to that of the checkpoints or null.
Writes `weights.pt` into each working folder.
"""

import functools
import json
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch
from deadly_data import three_classes

from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.normalization import FIXED_NORMALIZATIONS
from trainers.torch_trainer.start import start_model
from trainers.torch_trainer.train import train

Weights = dict[str, torch.Tensor]
_MODELS = Path(__file__).with_name("replica_models.py")


def kill_one(victim: int) -> None:
    """Kill one of the processes; 0 is the leading one. Says first who follows."""
    followers = [process.pid for process in multiprocessing.active_children()]
    sys.stdout.write(f"followers {json.dumps(followers)}\n")
    sys.stdout.flush()
    os.kill([os.getpid(), *followers][victim] or 0, signal.SIGKILL)


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
    victim, batches_until_death, settings, trainings = sys.argv[1:]
    kill = functools.partial(kill_one, int(victim))
    data = three_classes(37, batches_until_death=int(batches_until_death), kill=kill)
    config = config_of("build_drawing", 2, checkpoint_interval_seconds=0, **json.loads(settings))
    for work_dir, checkpoints in json.loads(trainings).items():
        weights, history = run(data, config, Path(work_dir), Path(checkpoints) if checkpoints else None)
        torch.save({"weights": weights, "resumed": history.resumed}, Path(work_dir) / "weights.pt")


if __name__ == "__main__":
    main()
