"""Which library drives the training, and the settings that only some of them have."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from trainers.framework import Framework

TrainingWay = Literal["loop", "keras_fit", "lightning", "fastai"]
"""The built-in loop, `keras.Model.fit`, Lightning's Trainer, or a fastai Learner."""
WAYS: tuple[TrainingWay, ...] = ("loop", "keras_fit", "lightning", "fastai")
FRAMEWORK_OF_WAY: dict[TrainingWay, Framework] = {"keras_fit": "keras", "lightning": "pytorch", "fastai": "pytorch"}
"""Framework that a way is tied to; the loop trains both."""
EXTRA_OF_WAY: dict[TrainingWay, str] = {"lightning": "lightning", "fastai": "fastai"}
"""Package that a way needs beside the framework; it is also the name of the extra that installs it."""


def arguments_of(way: TrainingWay) -> tuple[str, ...]:
    """Return the keyword arguments that a user's function is called with: a fastai Learner needs its data too."""
    return ("num_classes", "image_shape", "dls") if way == "fastai" else ("num_classes", "image_shape")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class LightningConfig(_Section):
    """What only the way `lightning` has."""

    trainer: dict[str, bool | int | float | str] = {}
    """Further arguments of `lightning.Trainer`, for example `gradient_clip_val`. Default: none."""


class FastaiConfig(_Section):
    """What only the way `fastai` has."""

    lr_find: bool = False
    """Let `lr_find` suggest a learning rate before training; it is told and recorded, not used. Default false."""
