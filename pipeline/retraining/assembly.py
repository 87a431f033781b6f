"""From a checked order to the parts of a service that depend on the pipeline's configuration."""

import os
import random
from datetime import datetime, timezone

from components.pushed_versions import latest_pushed
from pipeline.config import PipelineConfig
from pipeline.retraining import conditions
from pipeline.retraining.agenda import Agenda
from pipeline.retraining.child_runner import ChildRunner
from pipeline.retraining.door import RetrainOrder
from pipeline.retraining.drift_measurement import measure_drift
from pipeline.retraining.folders import RetrainingFolder
from pipeline.retraining.newest_span import find_newest_span
from pipeline.retraining.timers import timers_of
from pipeline.retraining.warm_start import warm_start_arguments
from pipeline.runners.base import RunFolders


def build_runner(order: RetrainOrder, folder: RetrainingFolder) -> ChildRunner:
    """Return the runner that starts runs with the service's options."""
    config = order.config
    return ChildRunner(
        folders=RunFolders(config.root.absolute()),
        output=folder.output,
        arguments=lambda: (*order.run_arguments, *warm_start_arguments(config)),
        resume_arguments=order.resume_arguments,
        timeout=config.retrain.run_timeout,
        hidden_variables=config.retrain.notify.secret_variables,
    )


def build_agenda(order: RetrainOrder) -> Agenda:
    """Return what makes runs due: the settings' conditions, and their timers where no other timer stands for them."""
    config, retrain = order.config, order.config.retrain
    looks = []
    if retrain.on_new_span:
        looks.append(conditions.new_span(lambda: find_newest_span(config.data)))
    if retrain.max_model_age is not None:
        looks.append(conditions.model_age(retrain, lambda: _pushed_version(config)))
    if retrain.on_drift:
        looks.append(conditions.drift(retrain, lambda: _measure_drift(order)))
    timers = () if order.is_once else timers_of(retrain)
    return Agenda(
        retrain,
        timers=timers,
        conditions=looks,
        random_fraction=random.random,
        model=config.pushed_name,
    )


def _pushed_version(config: PipelineConfig) -> conditions.PushedVersion | None:
    folder = latest_pushed(config.models_folder / config.pushed_name)
    if folder is None:
        return None
    pushed = datetime.fromtimestamp(folder.stat().st_mtime, timezone.utc)
    return conditions.PushedVersion(name=folder.name, pushed=pushed)


def _measure_drift(order: RetrainOrder) -> tuple[str, ...]:
    if _pushed_version(order.config) is None:
        return ()
    hidden = order.config.retrain.notify.secret_variables
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return measure_drift(order.drift_arguments, environment=environment)
