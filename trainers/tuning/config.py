"""What is searched for, in which ranges, and for how long."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from trainers.config import TrainConfig
from trainers.did_you_mean import did_you_mean

Objective = Literal["accuracy", "loss"]
"""What a trial is judged by: both are of the evaluation split, after the trial's best epoch."""
Sampler = Literal["tpe", "random"]
"""How the values of the next trial are chosen."""
Pruner = Literal["median", "hyperband", "none"]
"""Which trials are ended early."""
Scalar = bool | int | float | str
"""A value of a setting."""

_NOT_SEARCHED = {
    "epochs": "tune.epochs says how long a trial trains",
    "model": "run the pipeline once for each model",
    "weights": "run the pipeline once for each kind of weights",
    "way": "run the pipeline once for each way",
    "exports": "it changes no result",
    "seed": "a lucky seed is no better model",
    "cache_limit_mib": "it changes no result",
    "disk_cache_limit_mib": "it changes no result",
    "checkpoint_interval_seconds": "it changes no result",
}
"""Settings that a search leaves alone, and why."""

_StrictInt = Annotated[int, Field(strict=True)]


class ValueRange(BaseModel):
    """Numbers from `low` to `high`, both included; whole ones where the setting is a whole number."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    low: float
    high: float
    log: bool = False
    """Whether each power of ten gets the same share of the trials, as learning rates want it."""
    step: float | None = Field(default=None, gt=0)
    """Only these steps above `low`; not together with `log`."""

    @model_validator(mode="after")
    def _is_a_range(self) -> "ValueRange":
        if self.low >= self.high:
            raise ValueError(f"low must be below high: {self.low:g} is not below {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"low must be above 0 with log: it is {self.low:g}")
        if self.log and self.step is not None:
            raise ValueError("step and log exclude each other; leave one out")
        return self


def _kind_of(values: Any) -> str:
    return "range" if isinstance(values, dict | ValueRange) else "choices"


Choices = Annotated[tuple[Scalar, ...], Field(min_length=2)]
"""Any of these."""
SearchedValues = Annotated[
    Annotated[Choices, Tag("choices")] | Annotated[ValueRange, Tag("range")], Discriminator(_kind_of)
]
SearchSpace = dict[str, SearchedValues]
"""Setting of `train`, its sections with dots, to what is tried."""


class TuneConfig(BaseModel):
    """A search before the training, whose best values the training takes."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)

    enabled: bool = False
    """Whether to search; `--tune` on the command line. Default no."""
    trials: _StrictInt = Field(default=12, ge=1, le=10_000)
    """Trainings to try, for each framework. Default 12."""
    epochs: _StrictInt | None = Field(default=None, ge=1, le=10_000)
    """Epochs of a trial; by default those of the training, `train.epochs`."""
    space: SearchSpace = {
        "learning_rate": ValueRange(low=3e-4, high=3e-2, log=True),
        "weight_decay": ValueRange(low=1e-3, high=0.3, log=True),
    }
    """What is tried: a setting of `train` to a list of choices or to `{low, high, log, step}`. Default: learning rate
    0.0003 to 0.03 and weight decay 0.001 to 0.3."""
    objective: Objective = "accuracy"
    """`accuracy` or `loss` of the evaluation split. Default `accuracy`; among equals the lower loss is the better."""
    sampler: Sampler = "tpe"
    """`tpe` learns from the trials before (Bergstra et al., Algorithms for Hyper-Parameter Optimization, 2011);
    `random` does not. Default `tpe`."""
    pruner: Pruner = "median"
    """`median` ends a trial that after an epoch is worse than half of the trials before were (Golovin et al., Google
    Vizier, 2017), `hyperband` gives most epochs to the best (Li et al., Hyperband, 2018), `none` ends none. Default
    `median`."""
    parallel_trials: _StrictInt = Field(default=1, ge=1, le=64)
    """Trials at the same time, for each framework, each in a process of its own. With more than 1 the result depends on
    which ends first. Default 1."""

    @field_validator("space", mode="before")
    @classmethod
    def _names_settings(cls, space: Any) -> Any:
        if not isinstance(space, dict):
            return space
        if not space:
            raise ValueError("it is empty; name a setting to search, such as learning_rate")
        problems = [problem for name in space for problem in _name_problems(str(name).removeprefix("train."))]
        if problems:
            raise ValueError("; ".join(problems))
        return {str(name).removeprefix("train."): values for name, values in space.items()}


def _name_problems(name: str) -> list[str]:
    top = name.partition(".")[0]
    if top in _NOT_SEARCHED:
        return [f"{name!r} cannot be searched: {_NOT_SEARCHED[top]}"]
    known = _setting_names(TrainConfig)
    if name in known:
        return []
    allowed = [other for other in known if other.partition(".")[0] not in _NOT_SEARCHED]
    return [f"{name!r} is no setting of train.{did_you_mean(name, allowed) or ' Known are ' + ', '.join(allowed)}"]


def _setting_names(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Return the names of all settings of a section and of those below it."""
    names = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += _setting_names(field.annotation, f"{prefix}{name}.")
        else:
            names.append(prefix + name)
    return names


def field_type(name: str) -> Any:
    """Return the type of a setting of `train`, e.g. int; None where there is no such setting."""
    model: Any = TrainConfig
    for part in name.split("."):
        field = getattr(model, "model_fields", {}).get(part)
        if field is None:
            return None
        model = field.annotation
    return model
