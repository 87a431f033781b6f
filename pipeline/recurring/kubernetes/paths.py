"""Every path that a configuration names must be on a volume of the pod; what is not is gone when the pod is."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.recurring.named_paths import read_paths

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
    named = [("push_dir", str(config.push_dir))] if config.push_dir is not None else []
    for setting, path in [*named, *read_paths(config, WORKING_FOLDER)]:
        if not any(volume.holds(path) for volume in pod.volumes()):
            places = ", ".join(volume.mount_path for volume in pod.volumes())
            yield (
                f"{setting} {path} is on no volume that the pod sees ({places}); set recurring.pod.data_volume or"
                " recurring.pod.push_volume"
            )
