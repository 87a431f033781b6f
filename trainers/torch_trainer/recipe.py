"""A recipe at work on a PyTorch model: which parameters are trained in an epoch, and which batch norms stand still."""

from typing import NamedTuple

from torch import nn

from trainers.errors import ModelSourceError
from trainers.recipes.config import RecipeConfig
from trainers.recipes.parts import HEAD, TRAINED, PartPlan, TrainedPart, nothing_to_train, plan_blocks
from trainers.torch_trainer.blocks import Block, split_model
from trainers.torch_trainer.head import find_head


class RateGroup(NamedTuple):
    """Parameters with one learning rate."""

    parameters: list[nn.Parameter]
    learning_rate_factor: float


class TorchRecipe:
    """The parts of one model, and what the recipe does to them."""

    def __init__(self, model: nn.Module, recipe: RecipeConfig, *, num_classes: int) -> None:
        """Split the model; parameters that the recipe never trains, or that came frozen, are frozen from here on.

        Raises:
            ModelSourceError: Nothing would be trained, or the model has fewer blocks than are to be trained.
        """
        blocks, head = split_model(model, find_head(model, num_classes))
        if recipe.unfrozen_blocks > len(blocks):
            raise ModelSourceError(
                f"recipe.unfrozen_blocks must be at most {len(blocks)}, the blocks of this model's body; it is "
                f"{recipe.unfrozen_blocks}."
            )
        plans = [*plan_blocks(recipe, len(blocks)), TRAINED]
        self._blocks: list[tuple[Block, PartPlan]] = list(zip([*blocks, head], plans, strict=True))
        self._trainable = {id(p) for p in model.parameters() if p.requires_grad}
        first = [p for block, plan in self._blocks if plan.is_trained_in(1) for p in self._own(block)]
        if not first:
            raise ModelSourceError(nothing_to_train(recipe, num_classes))
        self.frozen_batch_norms: list[nn.Module] = []
        """Batch norms that must stay in inference mode while the model trains, in this epoch."""
        self.parts = tuple(
            TrainedPart(name=HEAD if block is head else block.name, parameters=block.size, plan=plan)
            for block, plan in self._blocks
        )
        """For the log and the history."""

    def groups(self) -> list[RateGroup]:
        """Return all parameters that are trained at some time, those of equal learning rate together."""
        by_factor: dict[float, list[nn.Parameter]] = {}
        for block, plan in self._blocks:
            if plan.from_epoch is not None:
                by_factor.setdefault(plan.learning_rate_factor, []).extend(self._own(block))
        return [RateGroup(parameters, factor) for factor, parameters in by_factor.items()]

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze for an epoch, counted from 1."""
        self.frozen_batch_norms = []
        for block, plan in self._blocks:
            is_trained = plan.is_trained_in(epoch)
            for parameter in self._own(block):
                parameter.requires_grad_(is_trained)
                if not is_trained:
                    parameter.grad = None
            if not is_trained:
                self.frozen_batch_norms += block.batch_norms

    def _own(self, block: Block) -> list[nn.Parameter]:
        return [parameter for parameter in block.parameters if id(parameter) in self._trainable]
