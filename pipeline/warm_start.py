"""What the training of a framework starts from, once it is looked up what is pushed.

Each framework can read its own weights alone, so `pushed` is the newest version that the same framework trained, which
need not be the newest of all: that one is whichever framework won.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.pushed_versions import pushed_versions
from pipeline.config import PipelineConfig
from serving.bundle import bundle_checksum, read_manifest
from serving.errors import BundleError
from trainers.framework import Framework
from trainers.weights.source import NONE, PUSHED, PUSHED_OR_NONE, PushedWeights, parse_weights_source


@dataclass(frozen=True, kw_only=True)
class TrainingStart:
    """What a training starts from.

    Attributes:
        weights: The `weights` setting of the training; `pushed_or_none` has become one of the two.
        bundle: Folder of the pushed version that it names; None where it names none, or none is there.
    """

    weights: str
    bundle: Path | None


def training_start(
    config: PipelineConfig, framework: Framework, *, baseline_checksum: str | None = None
) -> TrainingStart:
    """Look up what a training starts from.

    Args:
        config: Names weights and push folder.
        framework: Which side is to train.
        baseline_checksum: The bundle that counts as the newest of all, so that later ones do not exist; empty when
            nothing was pushed then. None for what is pushed now.
    """
    setting = config.train_of(framework).weights
    source = parse_weights_source(setting)
    if not isinstance(source, PushedWeights):
        return TrainingStart(weights=setting, bundle=None)
    model_folder = config.models_folder / config.pushed_name
    if source.version:
        bundle: Path | None = model_folder / source.version
        return TrainingStart(weights=setting, bundle=bundle if bundle and bundle.is_dir() else None)
    versions = _newest_first(model_folder, baseline_checksum)
    bundle = next((version for version in versions if _trained_by(version) == framework), None)
    return TrainingStart(weights=NONE if bundle is None and source.or_none else PUSHED, bundle=bundle)


def describe_start(config: PipelineConfig, framework: Framework) -> str:
    """Return in a sentence what a training starts from that is to start from a pushed model; empty for any other."""
    setting, start = config.train_of(framework).weights, training_start(config, framework)
    if start.bundle is not None:
        return f"{framework} starts from the weights of version {start.bundle.name}"
    if setting == PUSHED_OR_NONE:
        return f"{framework} starts from random weights: no version that it trained is pushed yet (weights {setting})"
    return ""


def _newest_first(model_folder: Path, newest_checksum: str | None) -> Iterator[Path]:
    """Yield the folders of the versions, the newest first, from the one with a checksum on."""
    is_reached = newest_checksum is None
    for number in reversed(pushed_versions(model_folder)):
        version = model_folder / str(number)
        is_reached = is_reached or _checksum(version) == newest_checksum
        if is_reached:
            yield version


def _checksum(version: Path) -> str:
    try:
        return bundle_checksum(version)
    except (BundleError, OSError):
        return f"unreadable {version.name}"


def _trained_by(version: Path) -> str:
    """Return the framework of a version; empty for what is no bundle, which Baseline refuses if it is the newest."""
    try:
        return read_manifest(version).framework
    except (BundleError, OSError):
        return ""
