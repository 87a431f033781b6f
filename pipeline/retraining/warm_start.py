"""Warm start: trainings begin from the pushed model where its weights fit."""

from collections.abc import Iterator

from components.pushed_versions import latest_pushed
from pipeline.config import PipelineConfig
from trainers.weights.check import check_weights
from trainers.weights.source import NONE

_PUSHED = "pushed"


def warm_start_arguments(config: PipelineConfig) -> Iterator[str]:
    """Yield the options of `pipeline.run` that let each framework begin from the pushed model, if it can.

    A framework whose weights the settings name keeps those.
    """
    if config.module.source or not config.retrain.warm_start:
        return
    bundle = latest_pushed(config.models_folder / config.pushed_name)
    for framework in config.frameworks:
        train = config.train_of(framework)
        warm = train.model_copy(update={"weights": _PUSHED})
        if bundle and train.weights == NONE and not check_weights(warm, framework, pushed_bundle=bundle):
            yield from ("--set", f"weights.{framework}={_PUSHED}")
