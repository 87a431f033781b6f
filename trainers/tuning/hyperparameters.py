"""Settings of a training with the values of a trial put in."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from trainers.config import TrainConfig
from trainers.tuning.config import Scalar, TuneConfig, ValueRange, field_type

Values = Mapping[str, Scalar]
"""Setting of `train`, its sections with dots, to its value."""


def with_values(train: TrainConfig, values: Values) -> TrainConfig:
    """Return settings with some of them replaced.

    Raises:
        ValidationError: A value is out of its setting's bounds, or does not go with the others.
    """
    settings: dict[str, Any] = train.model_dump(mode="json")
    for name, value in values.items():
        *sections, last = name.split(".")
        section = settings
        for part in sections:
            section = section[part]
        section[last] = value
    return TrainConfig.model_validate(settings)


def trial_settings(train: TrainConfig, tune: TuneConfig, values: Values) -> TrainConfig:
    """Return the settings of a trial: those of the training with the values, for as many epochs as trials have."""
    epochs: Values = {} if tune.epochs is None else {"epochs": tune.epochs}
    return with_values(train, {**values, **epochs})


def space_problems(train: TrainConfig, tune: TuneConfig) -> list[str]:
    """Return a sentence for each value of the search space that the training would refuse."""
    problems = []
    for name, values in tune.space.items():
        for value in _extremes(name, values):
            try:
                trial_settings(train, tune, {name: value})
            except ValidationError as error:
                reason = error.errors()[0]["msg"].removeprefix("Value error, ")
                problems.append(f"tune.space {name}: {value!r} is refused by train.{name}: {reason}")
    return problems


def _extremes(name: str, values: tuple[Scalar, ...] | ValueRange) -> tuple[Scalar, ...]:
    if not isinstance(values, ValueRange):
        return values
    if field_type(name) is int and values.low.is_integer() and values.high.is_integer():
        return int(values.low), int(values.high)
    return values.low, values.high
