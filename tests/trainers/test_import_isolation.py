import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

_TRAIN = """
import sys, tempfile
from pathlib import Path
import numpy as np
from trainers.config import TrainConfig
from trainers.example_split import InMemorySplit, TrainingData
from trainers.{side}.build import build_model
from trainers.{side}.train import train
split = InMemorySplit(np.zeros((4, 8, 8, 3), np.float32), np.array([0, 1, 0, 1]))
data = TrainingData(train=split, eval=split, class_names=("a", "b"), image_shape=(8, 8, 3))
with tempfile.TemporaryDirectory() as folder:
    train(build_model("cnn", num_classes=2, image_shape=(8, 8, 3), seed=0), data,
          TrainConfig(epochs=1, batch_size_examples=4), work_dir=Path(folder))
"""
_PURE = """
import sys
import trainers.config, trainers.training_loop, trainers.models.builder, trainers.history
from trainers.models.source_check import check_model_source
check_model_source("torchvision:resnet18")
"""


def _loaded_packages(program: str) -> set[str]:
    """Run a program in a fresh interpreter and return the top-level packages that it loaded."""
    command = program + "print(*{name.partition('.')[0] for name in sys.modules})"
    finished = subprocess.run(
        [sys.executable, "-c", command], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())


@pytest.mark.slow
def test_a_keras_training_never_loads_torch() -> None:
    loaded = _loaded_packages(_TRAIN.format(side="keras_trainer"))
    assert "tensorflow" in loaded
    assert loaded.isdisjoint({"torch", "torchvision"})


@pytest.mark.slow
def test_a_pytorch_training_never_loads_tensorflow() -> None:
    loaded = _loaded_packages(_TRAIN.format(side="torch_trainer"))
    assert "torch" in loaded
    assert loaded.isdisjoint({"tensorflow", "keras"})


def test_configuration_and_model_checks_load_no_framework() -> None:
    assert _loaded_packages(_PURE).isdisjoint({"torch", "torchvision", "tensorflow", "keras", "tfx"})
