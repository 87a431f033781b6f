"""The content of evaluation.json: how good a pushed model was on the test split, and on how much data it was trained.

It stands beside a bundle and not inside it: a bundle is sealed before anything judges it.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from serving.manifest import Share

EVALUATION_FORMAT_VERSION: Final = 1
"""Raised whenever a reader of the old format could misunderstand the new one."""

Count = Annotated[int, Field(ge=0)]
"""A number of images."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CandidateFigures(_Frozen):
    """One candidate of the run; accuracy and loss are None where its evaluation is missing."""

    accuracy: Share | None
    """Share of the test images whose most probable class is right."""
    loss: float | None = Field(ge=0, allow_inf_nan=False)
    """Mean categorical cross-entropy on the test split, nats."""
    blessed: bool
    reasons: tuple[str, ...]
    """Why it was refused; empty when it was blessed."""


class ClassFigures(_Frozen):
    """The pushed model on the test images of one class; None where there is nothing to divide by."""

    accuracy: Share | None
    """Share of the class's images that got it as their most probable class."""
    precision: Share | None
    """Share of the images that got the class with a probability above 0.5 and are of it."""
    recall: Share | None
    """Share of the class's images that got it with a probability above 0.5."""


class Thresholds(_Frozen):
    """What the pushed model had to reach on the test split."""

    min_accuracy: Share
    max_accuracy_drop: Share
    """How far its accuracy was allowed to lie below the one of the version that was pushed before."""
    previous_version: str | None
    """The version that it was compared with; None for the first one."""
    previous_accuracy: Share | None
    """That version's accuracy on the same test split."""


class Evaluation(_Frozen):
    """Why a bundle was pushed."""

    format_version: Literal[1] = EVALUATION_FORMAT_VERSION
    bundle_checksum: str = Field(pattern="^[0-9a-f]{64}$")
    """The bundle that this is about, as `serving.bundle.bundle_checksum` gives it."""
    champion: str
    """The candidate that was pushed."""
    candidates: dict[str, CandidateFigures]
    """Every candidate of the run, by framework."""
    thresholds: Thresholds
    images: dict[str, dict[str, Count]]
    """Split to class to number of images; the model was trained on `train`, chosen by `eval`, judged on `test`."""
    classes: dict[str, ClassFigures]
    """Class name to the pushed model's figures."""

    @model_validator(mode="after")
    def _check_that_the_champion_is_a_candidate(self) -> "Evaluation":
        if self.champion not in self.candidates:
            raise ValueError(
                f"the champion {self.champion!r} is none of {', '.join(self.candidates) or 'no candidates'}"
            )
        return self
