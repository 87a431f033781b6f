"""Settings of augmentation; the same policy distorts the same images in the same way in both frameworks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

PolicyName = Literal["none", "flip_crop", "seed", "trivial", "randaugment"]
"""What is done to single images."""

_StrictInt = Annotated[int, Field(strict=True)]


class AugmentationConfig(BaseModel):
    """How training images are distorted; images that judge a model never are."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    policy: PolicyName = "none"
    """`none`; `flip_crop`; `seed`: that and brightness; `trivial` (TrivialAugment, Mueller and Hutter 2021) or
    `randaugment` (Cubuk et al. 2020): flip and crop, then random operations on geometry and colour. Default `none`."""
    flip_probability: float = Field(default=0.5, ge=0, le=1)
    """Share of images that are mirrored left to right by all policies but `none`; 0 for digits, text. Default 0.5."""
    crop_padding_fraction: float = Field(default=0.125, ge=0, lt=0.5)
    """All policies but `none` move images by up to this share of their sides, with mirrored borders; 0 to below 0.5.
    Default 0.125, which is 4 of 32 pixels."""
    brightness_fraction: float = Field(default=0.2, ge=0, le=1)
    """`seed` makes images brighter or darker by up to this share of the range from black to white. Default 0.2."""
    operations: _StrictInt = Field(default=2, ge=1, le=8)
    """Operations of `randaugment`, one after the other, 1 to 8. Default 2."""
    magnitude: _StrictInt = Field(default=9, ge=0, le=30)
    """How strong the operations of `randaugment` are, 0 (not at all) to 30. Default 9."""
    mixup_probability: float = Field(default=0.0, ge=0, le=1)
    """Share of images that are blended with another of the batch (mixup, Zhang et al. 2018). Default 0."""
    mixup_alpha: float = Field(default=0.2, gt=0, le=10)
    """Both parameters of the Beta distribution of mixup's shares; larger blends more evenly. Default 0.2."""
    cutmix_probability: float = Field(default=0.0, ge=0, le=1)
    """Share of images that get a rectangle of another of the batch (CutMix, Yun et al. 2019). Default 0."""
    cutmix_alpha: float = Field(default=1.0, gt=0, le=10)
    """Both parameters of the Beta distribution of the share of the image that stays; 1 is uniform. Default 1."""
    random_erasing_probability: float = Field(default=0.0, ge=0, le=1)
    """Share of images in which a rectangle gets the mean colour (random erasing, Zhong et al. 2020). Default 0."""

    @model_validator(mode="after")
    def _mix_an_image_in_one_way(self) -> "AugmentationConfig":
        if self.mixup_probability + self.cutmix_probability > 1:
            raise ValueError(
                "an image is mixed in one way at most, so mixup_probability and cutmix_probability must not add up to "
                f"more than 1; they are {self.mixup_probability:g} and {self.cutmix_probability:g}; lower one of them"
            )
        return self

    @property
    def changes_levels(self) -> bool:
        """Whether pixels get other values, for which black and white must be known."""
        return self.policy in ("seed", "trivial", "randaugment")

    @property
    def mixes(self) -> bool:
        """Whether images, and so their classes, are mixed."""
        return self.mixup_probability + self.cutmix_probability > 0

    @property
    def is_on(self) -> bool:
        """Whether any image is changed."""
        return self.policy != "none" or self.mixes or self.random_erasing_probability > 0
