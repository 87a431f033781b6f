"""A recipe at work on a Keras model: which layers are trained in an epoch, and how fast."""

from dataclasses import dataclass

import keras

from trainers.config import TrainConfig
from trainers.errors import ModelSourceError
from trainers.keras_trainer.blocks import Block, split_model
from trainers.keras_trainer.optimizer import make_optimizer
from trainers.recipes.parts import HEAD, TRAINED, PartPlan, TrainedPart, nothing_to_train, plan_blocks


@dataclass
class RateGroup:
    """Variables with one learning rate, and the optimiser that trains them.

    An optimiser of its own counts its own steps, so that Adam's bias correction starts when the variables are unfrozen,
    as it does for each parameter in PyTorch.
    """

    variables: list[keras.Variable]
    plan: PartPlan
    optimizer: keras.optimizers.Optimizer


class KerasRecipe:
    """The parts of one model, and what the recipe does to them."""

    def __init__(self, model: keras.Model, config: TrainConfig, *, num_classes: int) -> None:
        """Split the model and make its optimisers; layers that came frozen stay so.

        Raises:
            ModelSourceError: Nothing would be trained, or the model has fewer blocks than are to be trained.
        """
        recipe = config.recipe
        blocks, head = split_model(model, num_classes)
        if recipe.unfrozen_blocks > len(blocks):
            raise ModelSourceError(
                f"recipe.unfrozen_blocks must be at most {len(blocks)}, the blocks of this model's body; it is "
                f"{recipe.unfrozen_blocks}."
            )
        plans = [*plan_blocks(recipe, len(blocks)), TRAINED]
        self._blocks: list[tuple[Block, PartPlan]] = list(zip([*blocks, head], plans, strict=True))
        self._trainable_layers = {id(layer) for block, _ in self._blocks for layer in block.layers if layer.trainable}
        self.parts = tuple(
            TrainedPart(name=HEAD if block is head else block.name, parameters=block.size, plan=plan)
            for block, plan in self._blocks
        )
        """For the log and the history."""
        self._groups = self._make_groups(model, config)
        if not any(group.plan.is_trained_in(1) for group in self._groups):
            raise ModelSourceError(nothing_to_train(recipe, num_classes))

    @property
    def groups(self) -> list[RateGroup]:
        """All variables that are trained at some time, those of equal learning rate and start together."""
        return self._groups

    def start_epoch(self, epoch: int) -> list[RateGroup]:
        """Freeze and unfreeze layers for an epoch, counted from 1; return the groups that it trains."""
        for block, plan in self._blocks:
            for layer in block.layers:
                if id(layer) in self._trainable_layers:
                    layer.trainable = plan.is_trained_in(epoch)
        return [group for group in self._groups if group.plan.is_trained_in(epoch)]

    def _make_groups(self, model: keras.Model, config: TrainConfig) -> list[RateGroup]:
        plan_of = {
            id(variable): plan
            for block, plan in self._blocks
            for layer in block.layers
            for variable in layer.trainable_variables
        }
        by_plan: dict[PartPlan, list[keras.Variable]] = {}
        for variable in model.trainable_variables:
            plan = plan_of.get(id(variable), TRAINED if config.recipe.name == "scratch" else self._blocks[0][1])
            if plan.from_epoch is not None:
                by_plan.setdefault(plan, []).append(variable)
        return [RateGroup(variables, plan, make_optimizer(config, variables)) for plan, variables in by_plan.items()]
