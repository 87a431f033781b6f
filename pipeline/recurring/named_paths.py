"""The files and folders that a configuration names, beside root and code."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path, PurePosixPath

from components.image_example_gen.sources import DIGITS
from pipeline.config import PipelineConfig
from trainers.models.source import UserModel, parse_model_source
from trainers.weights.source import WeightsFile, parse_weights_source


def read_paths(config: PipelineConfig, working_folder: PurePosixPath) -> Iterator[tuple[str, str]]:
    """Yield setting and path of what a run reads.

    Args:
        config: The configuration.
        working_folder: From which relative paths count, where the run is.
    """
    if config.data.path != DIGITS:
        yield "data.path", str(working_folder / _before_pattern(config.data.path))
    if config.data.schema_file is not None:
        yield "data.schema_file", str(working_folder / config.data.schema_file)
    for framework in config.frameworks:
        train = config.train_of(framework)
        model, weights = parse_model_source(train.model), parse_weights_source(train.weights)
        # A relative one comes with the code.
        if isinstance(model, UserModel) and model.location.startswith("/"):
            yield f"model of {framework}", model.location
        if isinstance(weights, WeightsFile):
            yield f"weights of {framework}", str(working_folder / weights.path)


def _before_pattern(path: str) -> str:
    """Return the folder above what stands for several, as in `spans/{SPAN}`."""
    return str(Path(*takewhile(lambda part: not set(part) & set("{*"), Path(path).parts)))
