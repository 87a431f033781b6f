"""The `recipe` section: which weights of a model are trained, from when on and how fast."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

RecipeName = Literal["scratch", "feature_extractor", "fine_tune"]
"""All weights from the start; the head alone; the head first, then the body more slowly."""
Pooling = Literal["model", "avg", "max"]
"""How the features of an image become one vector: as the model has it, their mean, or their maximum."""

_StrictInt = Annotated[int, Field(strict=True)]


class HeadConfig(BaseModel):
    """The layers behind the body: pooling, then optionally dropout, a hidden layer and dropout, then the logits."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    pooling: Pooling = "model"
    """`model` leaves it as it is (an average nearly everywhere), `avg` or `max` over all positions. Default `model`."""
    hidden_units: _StrictInt = Field(default=0, ge=0, le=65_536)
    """Units of a hidden layer with ReLU between pooling and logits; 0 is none. Default 0."""
    dropout: float = Field(default=0.0, ge=0, lt=1)
    """Share of the values that training sets to 0 before each layer of the head, 0 to below 1. Default 0."""

    @property
    def is_default(self) -> bool:
        """Whether the model's own head is asked for."""
        return self == HeadConfig()


class RecipeConfig(BaseModel):
    """How a model is trained from weights that it starts with."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    name: RecipeName = "scratch"
    """`scratch`: all weights, at one learning rate. `feature_extractor`: the head alone; the body stays as it is, its
    batch normalisation too. `fine_tune`: the head alone for `head_epochs`, then the body as well. Default `scratch`."""
    head: HeadConfig = HeadConfig()
    head_epochs: _StrictInt = Field(default=1, ge=0, le=10_000)
    """`fine_tune`: epochs in which the head alone is trained, so that its random start does not spoil the body.
    Default 1."""
    unfrozen_blocks: _StrictInt = Field(default=0, ge=0, le=10_000)
    """`fine_tune`: how many of the last blocks of the body are trained after that; 0 is all. Default 0."""
    body_learning_rate_factor: float = Field(default=0.1, gt=0, le=1)
    """`fine_tune`: learning rate of the last block, as a share of the head's, above 0 to 1. Default 0.1."""
    block_learning_rate_decay: float = Field(default=1.0, gt=0, le=1)
    """`fine_tune`: learning rate of each block as a share of that of the block behind it, above 0 to 1: discriminative
    rates of Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification", 2018. Default 1."""

    @model_validator(mode="after")
    def _settings_belong_to_the_recipe(self) -> "RecipeConfig":
        own = {"head_epochs", "unfrozen_blocks", "body_learning_rate_factor", "block_learning_rate_decay"}
        surplus = sorted(own & self.model_fields_set) if self.name != "fine_tune" else []
        changed = [name for name in surplus if getattr(self, name) != type(self).model_fields[name].default]
        if changed:
            raise ValueError(f"{', '.join(changed)} belong to the recipe fine_tune; the recipe is {self.name}")
        return self
