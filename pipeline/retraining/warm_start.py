"""Warm start: trainings begin from what their framework pushed last, where that fits."""

import logging
from collections.abc import Iterator

from pipeline.config import PipelineConfig
from pipeline.warm_start import training_start
from trainers.framework import Framework
from trainers.weights.check import check_weights
from trainers.weights.source import NONE, PUSHED_OR_NONE

LOG = logging.getLogger("pipeline.retraining")


def warm_start_arguments(config: PipelineConfig) -> Iterator[str]:
    """Yield the options of `pipeline.run` that let each framework begin from a pushed model, if it can.

    A framework whose weights the settings name keeps those. One whose pushed model is another architecture, since the
    settings have changed, begins anew.
    """
    if config.module.source or not config.retrain.warm_start:
        return
    for framework in config.frameworks:
        if config.train_of(framework).weights != NONE:
            continue
        problems = _find_problems(config, framework)
        for problem in problems:
            LOG.warning("no warm start of %s: %s", framework, problem)
        if not problems:
            yield from ("--set", f"weights.{framework}={PUSHED_OR_NONE}")


def _find_problems(config: PipelineConfig, framework: Framework) -> list[str]:
    weights = config.weights.model_copy(update={framework: PUSHED_OR_NONE})
    start = training_start(config.model_copy(update={"weights": weights}), framework)
    train = config.train_of(framework).model_copy(update={"weights": start.weights})
    return check_weights(train, framework, pushed_bundle=start.bundle)
