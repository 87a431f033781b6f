"""Loading and calling a user's model function."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from trainers.errors import ModelSourceError
from trainers.models.source import UserModel
from trainers.models.source_check import BUILDER_ARGUMENTS, check_model_source

_PROBABILITY_TOLERANCE = 1e-4
_TRIAL_BATCH_EXAMPLES = 2


def load_builder(model: UserModel, *, arguments: tuple[str, ...] = BUILDER_ARGUMENTS) -> Callable[..., Any]:
    """Import the user's code and return the function that builds the model.

    A file is loaded by itself, so it cannot import files that lie beside it: several files make a module. What the
    user's code raises while it is imported is passed on as it is.

    Raises:
        ModelSourceError: The file, module or function is not there, or does not take the arguments of the contract.
    """
    problems = check_model_source(f"{model.location}:{model.function}", arguments=arguments)
    if problems:
        raise ModelSourceError(" ".join(problems))
    module = _load_file(Path(model.location)) if model.is_file else importlib.import_module(model.location)
    builder = getattr(module, model.function, None)
    if not callable(builder):
        raise ModelSourceError(f"{model.function!r} in {model.location} is no function: it is {builder!r}.")
    return builder  # type: ignore[no-any-return]


def _load_file(path: Path) -> ModuleType:
    name = f"tandem_user_model_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ModelSourceError(f"{path} cannot be loaded as Python source.")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickling look a class's module up here while the file is still being executed.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def trial_pixels(image_shape: tuple[int, int, int]) -> npt.NDArray[np.float32]:
    """Return a small batch of noise to try a new model on, float32 [2, H, W, C]."""
    noise_BHWC = np.random.default_rng(0).standard_normal((_TRIAL_BATCH_EXAMPLES, *image_shape))
    return noise_BHWC.astype(np.float32)


def check_logits(logits_NK: npt.NDArray[np.floating], *, source: str, num_examples: int, num_classes: int) -> None:
    """Check what a new model answered to a trial batch.

    Args:
        logits_NK: The model's output as an array, of any shape.
        source: The `model` setting, for messages.
        num_examples: Images in the trial batch.
        num_classes: Outputs the model must have.

    Raises:
        ModelSourceError: The output's shape is not [num_examples, num_classes], or it is probabilities.
    """
    expected = (num_examples, num_classes)
    if logits_NK.shape != expected:
        raise ModelSourceError(
            f"model {source!r} answers {num_examples} images with shape {list(logits_NK.shape)}; expected "
            f"{list(expected)}: one row of {num_classes} logits per image. Does it use num_classes?"
        )
    row_sums_N = logits_NK.astype(np.float64).sum(axis=1)
    if np.all(logits_NK >= 0) and np.all(np.abs(row_sums_N - 1) < _PROBABILITY_TOLERANCE):
        raise ModelSourceError(
            f"model {source!r} answers probabilities: its rows add up to 1. Remove the softmax at its end; "
            "training and the exported model apply it to the logits."
        )
