"""Whether a way of training can be had, asked at the door: no framework is imported and no user code runs."""

import ast
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path

from trainers.config import TrainConfig
from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError
from trainers.framework import Framework
from trainers.models.module_search import find_module_file
from trainers.models.source import UserModel, parse_model_source
from trainers.ways.config import EXTRA_OF_WAY, FRAMEWORK_OF_WAY

OWN_TRAINER_ARGUMENTS = frozenset(
    {"max_epochs", "accelerator", "devices", "callbacks", "logger", "default_root_dir", "num_sanity_val_steps"}
)
"""Arguments of `lightning.Trainer` that follow from other settings."""
LOOP_SETTINGS = ("augmentation", "devices", "optimization", "recipe", "weights")
"""Settings of `train` that only the built-in loop follows; the other ways bring their own."""
_BUILDS = {"lightning": "a LightningModule", "fastai": "a fastai Learner"}
_TENSORFLOW = "tensorflow"


def check_way(train: TrainConfig, framework: Framework) -> list[str]:
    """Return what is wrong with the way in which one framework is to train, as sentences; empty when nothing is."""
    way = train.way
    needed = FRAMEWORK_OF_WAY.get(way, framework)
    if needed != framework:
        return [f"train.way {way!r} trains {needed} models only; choose --framework {needed}, or set ways.{framework}."]
    problems = []
    package = EXTRA_OF_WAY.get(way)
    is_installed = package is None or importlib.util.find_spec(package) is not None
    if not is_installed:
        problems.append(
            f"train.way {way!r} needs the package {package}, which is not installed; "
            f"install the extra: pip install 'tandem-tfx[{package}]'."
        )
    problems += [
        f"train.{name} is followed by the built-in loop only; leave it out with train.way {way!r}, which has its own."
        for name in LOOP_SETTINGS
        if way != "loop" and getattr(train, name) != TrainConfig.model_fields[name].default
    ]
    if way in _BUILDS and not _is_user_model(train.model):
        problems.append(
            f"train.way {way!r} trains {_BUILDS[way]} of your own, not model {train.model!r}; "
            "give path/or.module:function of a function that builds it."
        )
    if way == "lightning" and is_installed:
        problems += _trainer_argument_problems(train.lightning.trainer)
    return problems


def check_keras_backend(environment: Mapping[str, str], home: Path) -> list[str]:
    """Return why the Keras side cannot train with the backend that Keras will choose; empty when it can.

    Args:
        environment: Environment variables of the run.
        home: Folder that has `.keras/keras.json`, if any.
    """
    chosen = environment.get("KERAS_BACKEND") or _backend_of_file(Path(environment.get("KERAS_HOME", home / ".keras")))
    return [] if chosen in ("", _TENSORFLOW) else [refusal_of_backend(chosen)]


def refusal_of_backend(backend: str) -> str:
    """Return why a backend of Keras other than TensorFlow is refused, and what to do."""
    return (
        f"Keras is set to the backend {backend!r} (KERAS_BACKEND or keras.json), but its models are exported by "
        "tracing them as TensorFlow graphs, which only those of the TensorFlow backend are; unset KERAS_BACKEND for "
        "this run, or train a torch.nn.Module with --framework pytorch."
    )


def _backend_of_file(folder: Path) -> str:
    try:
        settings = json.loads((folder / "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(settings.get("backend", "")) if isinstance(settings, dict) else ""


def _is_user_model(source: str) -> bool:
    try:
        return isinstance(parse_model_source(source), UserModel)
    except ModelSourceError:
        return True  # said already where the model is checked


def _trainer_argument_problems(arguments: Mapping[str, object]) -> list[str]:
    taken = sorted(OWN_TRAINER_ARGUMENTS & arguments.keys())
    problems = [f"train.lightning.trainer.{name} follows from other settings; leave it out." for name in taken]
    known = _lightning_trainer_arguments() if arguments else frozenset()
    unknown = sorted(arguments.keys() - known)
    return problems + [
        f"train.lightning.trainer.{name}: lightning.Trainer has no such argument.{did_you_mean(name, known)}"
        for name in unknown
    ]


def _lightning_trainer_arguments() -> frozenset[str]:
    """Return the names of `lightning.Trainer`'s arguments, read off its source: importing it takes seconds."""
    tree = ast.parse(find_module_file("lightning.pytorch.trainer.trainer").read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return frozenset(argument.arg for argument in node.args.kwonlyargs)
    return frozenset()
