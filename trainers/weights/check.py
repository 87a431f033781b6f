"""Checking the weights of a training up front: that they exist and suit the framework, the model and the recipe."""

import hashlib
from pathlib import Path

from serving.bundle import WEIGHTS_FILE, read_manifest
from serving.errors import BundleError
from trainers.config import TrainConfig
from trainers.did_you_mean import did_you_mean
from trainers.framework import Framework
from trainers.models.source import LibraryModel, UserModel, parse_model_source
from trainers.weights.source import (
    NONE,
    PUSHED,
    PUSHED_OR_NONE,
    WEIGHT_FILE_SUFFIXES,
    LibraryWeights,
    PushedWeights,
    WeightsFile,
    parse_weights_source,
)

_CHUNK_BYTES = 1 << 20


def check_weights(config: TrainConfig, framework: Framework, *, pushed_bundle: Path | None) -> list[str]:
    """Return what is wrong with the weights of a training, as sentences; empty when nothing is.

    Args:
        config: Names model, weights and recipe.
        framework: Which side is to train.
        pushed_bundle: Folder of the pushed version that `weights` names; None where there is none.
    """
    model, source = parse_model_source(config.model), parse_weights_source(config.weights)
    if isinstance(source, WeightsFile):
        return _file_problems(Path(source.path), framework)
    if isinstance(source, PushedWeights):
        return _pushed_problems(config, source, framework, pushed_bundle)
    if isinstance(source, LibraryWeights):
        if isinstance(model, LibraryModel):
            return []
        return [f"weights {source.name!r} are those of a library's model; {config.model!r} is none."]
    # A function of the user's own may load weights itself.
    if config.recipe.name == "scratch" or isinstance(model, UserModel):
        return []
    return [f"recipe {config.recipe.name} keeps what a model has learned, so it needs weights; there are {NONE}."]


def weights_fingerprint(config: TrainConfig) -> dict[str, str]:
    """Return the file of the `weights` setting with a hash of its content; empty where it names none."""
    source = parse_weights_source(config.weights)
    if not isinstance(source, WeightsFile):
        return {}
    digest = hashlib.sha256()
    with Path(source.path).open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return {source.path: digest.hexdigest()}


def _file_problems(path: Path, framework: Framework) -> list[str]:
    suffixes = WEIGHT_FILE_SUFFIXES[framework]
    if not path.name.endswith(suffixes):
        return [f"weights {path} are not for {framework}, which reads {', '.join(suffixes)}."]
    if path.is_file():
        return []
    siblings = [sibling.name for sibling in path.parent.glob("*") if sibling.name.endswith(suffixes)]
    return [f"weights file {path} does not exist.{did_you_mean(path.name, siblings)}"]


def _pushed_problems(
    config: TrainConfig, source: PushedWeights, framework: Framework, pushed_bundle: Path | None
) -> list[str]:
    if pushed_bundle is None:
        return [f"weights {config.weights!r}: {_none_pushed(source, framework)}"]
    try:
        manifest = read_manifest(pushed_bundle)
    except (BundleError, OSError) as error:
        return [f"weights {config.weights!r}: {error}"]
    if manifest.framework != framework:
        return [
            f"weights {config.weights!r}: version {pushed_bundle.name} was trained by {manifest.framework}, and "
            f"{framework} cannot start from it; train {manifest.framework} alone, or set weights.{framework}."
        ]
    if WEIGHTS_FILE not in manifest.files:
        return [f"weights {config.weights!r}: version {pushed_bundle.name} keeps no {WEIGHTS_FILE}; push a new one."]
    if manifest.model != config.model:
        return [
            f"weights {config.weights!r}: version {pushed_bundle.name} is the model {manifest.model!r}, not "
            f"{config.model!r}; choose that model or other weights."
        ]
    return []


def _none_pushed(source: PushedWeights, framework: Framework) -> str:
    if source.version:
        return f"no such version is pushed; name one that is, or leave the choice to {PUSHED!r}."
    return (
        f"no version that {framework} trained is pushed; train with weights {NONE} first, or set {PUSHED_OR_NONE},"
        " which does so until there is one."
    )
