"""The PyTorch training job, and the main function of its process; `torch_process` is the other side.

Torch and what its optimizers load come before TensorFlow here; the other order ends in a segmentation fault.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch._dynamo

# isort: split
import numpy as np
import numpy.typing as npt
import onnx

from trainers.config import TrainConfig
from trainers.errors import TrainerError
from trainers.example_split import TrainingData
from trainers.export.errors import ExportError
from trainers.export.onnx_torch import export_torch_core
from trainers.export.saved_model import HasVariables
from trainers.export.torch_to_tf import UnsupportedModelError, map_module
from trainers.framework import Framework
from trainers.history import TrainingHistory
from trainers.job import Pixels, run_job
from trainers.job_door import serve_job
from trainers.normalization import Normalization
from trainers.progress import Report, log_progress
from trainers.torch_trainer.predict import predict_logits
from trainers.torch_trainer.pt2_file import write_pt2_file
from trainers.torch_trainer.start import start_model
from trainers.torch_trainer.train import train
from trainers.torch_trainer.weights import write_weights
from trainers.training_request import TrainingRequest
from trainers.weights.facts import WeightsFacts
from trainers.weights.start import StartModel

USER_ERRORS = (TrainerError, ExportError, UnsupportedModelError)
"""What goes wrong with PyTorch models for a reason that the user can act on."""


class TorchSide:
    """What the job asks of PyTorch."""

    framework: Framework = "pytorch"
    packages: tuple[str, ...] = ("torch", "torchvision", "tensorflow", "onnxscript", "onnx", "numpy")

    def __init__(self) -> None:
        """Start without a model."""
        self._learner: Any = None  # of fastai, which brings model, loss and optimiser in one
        self._build_again: Callable[[], StartModel] | None = None

    def build(
        self, config: TrainConfig, data: TrainingData, *, given: Normalization, pushed_bundle: Path | None
    ) -> StartModel:
        """Return a model with its weights; see `TrainingSide.build`."""
        if config.way == "fastai":
            from trainers.torch_trainer.fastai_fit import build_learner

            self._learner = build_learner(config, data)
            return StartModel(self._learner.learn.model, given)
        self._build_again = functools.partial(
            start_model,
            config,
            class_names=data.class_names,
            image_shape=data.image_shape,
            given=given,
            pushed_bundle=pushed_bundle,
        )
        return self._build_again()

    def write_weights(self, path: Path, model: torch.nn.Module, facts: WeightsFacts) -> None:
        """Write the weights; see `TrainingSide.write_weights`."""
        write_weights(path, model, facts)

    def train(
        self,
        model: torch.nn.Module,
        data: TrainingData,
        config: TrainConfig,
        *,
        work_dir: Path,
        checkpoint_dir: Path | None,
        report: Report = log_progress,
    ) -> TrainingHistory:
        """Train the model in place; see `TrainingSide.train`."""
        settings: dict[str, Any] = {"work_dir": work_dir, "checkpoint_dir": checkpoint_dir, "report": report}
        if config.way == "fastai":
            from trainers.torch_trainer.fastai_fit import fastai_fit

            return fastai_fit(self._learner, data, config, **settings)
        if config.way == "lightning":
            from trainers.torch_trainer.lightning_fit import lightning_fit

            return lightning_fit(model, data, config, **settings)
        return train(model, data, config, **settings, rebuild=self._build_again)

    def predict_logits(self, model: torch.nn.Module, pixels_NSSC: Pixels) -> npt.NDArray[np.float32]:
        """Return logits; see `TrainingSide.predict_logits`."""
        return predict_logits(model, pixels_NSSC, batch_size_examples=len(pixels_NSSC))

    def as_tensorflow(
        self, model: torch.nn.Module, image_size_pixels: int
    ) -> tuple[Callable[[Any], Any], HasVariables]:
        """Return the model mapped to TensorFlow ops; see `TrainingSide.as_tensorflow`."""
        mapped = map_module(model, input_shape=(3, image_size_pixels, image_size_pixels))
        return mapped, mapped

    def as_onnx(self, model: torch.nn.Module, image_size_pixels: int) -> onnx.ModelProto:
        """Return the ONNX core; see `TrainingSide.as_onnx`."""
        return export_torch_core(model, input_shape=(3, image_size_pixels, image_size_pixels))

    def write_archive(self, path: Path, model: torch.nn.Module, image_size_pixels: int) -> Callable[[Pixels], Pixels]:
        """Write `.pt2`; see `TrainingSide.write_archive`."""
        read = write_pt2_file(path, model, input_shape=(3, image_size_pixels, image_size_pixels))

        def logits_of(pixels_NSSC: Pixels) -> Pixels:
            with torch.no_grad():
                logits_NK = read(torch.from_numpy(pixels_NSSC).permute(0, 3, 1, 2).contiguous())
            return np.asarray(logits_NK.numpy(), np.float32)

        return logits_of


def main() -> None:
    """Do one job; see `job_door`."""
    serve_job(lambda line: run_job(TrainingRequest.model_validate_json(line), TorchSide()), user_errors=USER_ERRORS)
