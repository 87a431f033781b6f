"""Every path that a configuration names must be on a volume of the pod; what is not is gone when the pod is."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from components.image_example_gen.sources import DIGITS
from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from trainers.models.source import UserModel, parse_model_source
from trainers.weights.source import WeightsFile, parse_weights_source

WORKING_FOLDER = PurePosixPath("/app")
"""Of the image, from which relative paths count."""


def for_pod(config: PipelineConfig) -> PipelineConfig:
    """Return the configuration with the root and the push folder as the pod sees them.

    Raises:
        UsageError: With every path that the pod would lose or cannot have.
    """
    seen = {"root": _absolute(config.root), "push_dir": _absolute(config.push_dir) if config.push_dir else None}
    config = config.model_copy(update=seen)
    problems = list(_problems(config))
    if problems:
        raise UsageError(problems)
    return config


def _absolute(path: Path) -> Path:
    return Path(WORKING_FOLDER / path)


def _problems(config: PipelineConfig) -> Iterator[str]:
    pod = config.recurring.pod
    if not pod.root_volume.holds(str(config.root)):
        yield (
            f"root {config.root} is not on recurring.pod.root_volume, which the pod sees at"
            f" {pod.root_volume.mount_path}; name a folder there"
        )
    for setting, path in _named_paths(config):
        if not any(volume.holds(path) for volume in pod.volumes()):
            places = ", ".join(volume.mount_path for volume in pod.volumes())
            yield (
                f"{setting} {path} is on no volume that the pod sees ({places}); set recurring.pod.data_volume or"
                " recurring.pod.push_volume"
            )


def _named_paths(config: PipelineConfig) -> Iterator[tuple[str, str]]:
    """Yield what names a file or folder outside the image and the root."""
    if config.push_dir is not None:
        yield "push_dir", str(config.push_dir)
    if config.data.path != DIGITS:
        yield "data.path", config.data.path
    if config.data.schema_file is not None:
        yield "data.schema_file", str(config.data.schema_file)
    for framework in config.frameworks:
        train = config.train_of(framework)
        model, weights = parse_model_source(train.model), parse_weights_source(train.weights)
        # A relative one is in the image, beside the code.
        if isinstance(model, UserModel) and model.location.startswith("/"):
            yield f"model of {framework}", model.location
        if isinstance(weights, WeightsFile):
            yield f"weights of {framework}", str(WORKING_FOLDER / weights.path)
