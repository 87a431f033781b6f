"""The settings of drift: how far each feature may move, and how many images it takes to tell."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from components.statistics.drift_limits import DRIFT_LIMITS, ENOUGH_IMAGES
from trainers.did_you_mean import did_you_mean


class DriftConfig(BaseModel):
    """What `python -m pipeline.drift` compares and when it calls a distance drift."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)

    limits: Mapping[str, float] = DRIFT_LIMITS
    """Feature (`label`, `format`, `height`, `width`, `channels`, `size_bytes`, `brightness`) to the largest distance
    that is no drift, 0 to 1; 1 never is. Default 0.1 each; what is not named keeps it."""
    min_images: int = Field(default=ENOUGH_IMAGES, ge=1)
    """Fewer images than this are not compared, since chance alone moves them. Default 300."""
    max_images: int = Field(default=10_000, ge=1)
    """Of more images in new spans so many are looked at, drawn by chance. Default 10000."""
    request_log: Path | None = None
    """Folder of the model server's request log; by default it is not looked at."""
    hours: float = Field(default=24.0, gt=0, allow_inf_nan=False)
    """So many of the last hours of the request log are compared. Default 24."""

    @field_validator("limits", mode="after")
    @classmethod
    def _are_limits_of_features(cls, limits: Mapping[str, float]) -> Mapping[str, float]:
        for name, limit in limits.items():
            if name not in DRIFT_LIMITS:
                hint = did_you_mean(name, DRIFT_LIMITS)
                raise ValueError(f"{name!r} is no feature; features are {', '.join(DRIFT_LIMITS)}.{hint}")
            if not 0 <= limit <= 1:
                raise ValueError(f"the limit of {name} must be 0 to 1, got {limit}")
        return {**DRIFT_LIMITS, **limits}
