"""What a recipe does to each part of a model, as plain data that both frameworks follow and the history keeps."""

import logging
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from trainers.recipes.config import RecipeConfig

HEAD = "head"
"""Name of the part behind the body."""


class PartPlan(BaseModel):
    """When a part of a model is trained, and how fast."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    from_epoch: int | None
    """First epoch in which it is trained, from 1; None: never."""
    learning_rate_factor: float
    """Its learning rate as a share of the run's; 0 where it is never trained."""

    def is_trained_in(self, epoch: int) -> bool:
        """Tell whether the part is trained in an epoch, counted from 1."""
        return self.from_epoch is not None and self.from_epoch <= epoch


class TrainedPart(BaseModel):
    """A part of a model as a training run treated it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    """Name of the block's first layer, or `head`."""
    parameters: int
    """Weights that can be trained; statistics of batch normalisation are not counted."""
    plan: PartPlan


_logger = logging.getLogger(__name__)

TRAINED = PartPlan(from_epoch=1, learning_rate_factor=1.0)
FROZEN = PartPlan(from_epoch=None, learning_rate_factor=0.0)


def nothing_to_train(recipe: RecipeConfig, num_classes: int) -> str:
    """Return the sentence for a model in which a recipe finds no weight that it may train."""
    if recipe.name == "scratch":
        return (
            "the model has no weight to train: all of it is frozen. Leave a layer trainable (`trainable` in Keras, "
            "`requires_grad` in PyTorch)."
        )
    return (
        f"recipe {recipe.name} leaves no weight to train: the model has no layer with {num_classes} outputs behind its "
        "body, or it is frozen. Choose recipe scratch, or a model with a trainable head."
    )


def plan_blocks(recipe: RecipeConfig, num_blocks: int) -> tuple[PartPlan, ...]:
    """Return what happens to each block of the body, the first one first; the head is always trained.

    Args:
        recipe: The recipe.
        num_blocks: Blocks of the body.
    """
    if recipe.name == "scratch":
        return (TRAINED,) * num_blocks
    if recipe.name == "feature_extractor":
        return (FROZEN,) * num_blocks
    unfrozen = recipe.unfrozen_blocks or num_blocks
    return tuple(
        PartPlan(
            from_epoch=recipe.head_epochs + 1,
            learning_rate_factor=recipe.body_learning_rate_factor * recipe.block_learning_rate_decay**behind,
        )
        if behind < unfrozen
        else FROZEN
        for behind in reversed(range(num_blocks))
    )


def log_parts(recipe: RecipeConfig, parts: Sequence[TrainedPart]) -> None:
    """Write the table of the parts to the log, where a recipe treats them differently."""
    if recipe.name != "scratch":
        _logger.info("Recipe %s, weights by part:\n%s", recipe.name, format_parts(parts))


def format_parts(parts: Sequence[TrainedPart]) -> str:
    """Return a table of the parts, one line each, with what is frozen and what the sums are."""
    width = max(len(part.name) for part in parts)
    lines = [f"{part.name:{width}}  {part.parameters:>12,}  {_describe(part.plan)}" for part in parts]
    frozen = sum(part.parameters for part in parts if part.plan.from_epoch is None)
    total = sum(part.parameters for part in parts)
    return "\n".join([*lines, f"{'all':{width}}  {total:>12,}  {frozen:,} frozen, {total - frozen:,} trained"])


def _describe(plan: PartPlan) -> str:
    if plan.from_epoch is None:
        return "frozen"
    return f"trained from epoch {plan.from_epoch}, learning rate x {plan.learning_rate_factor:.3g}"
