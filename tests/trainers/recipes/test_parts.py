import pytest
from pydantic import ValidationError

from trainers.config import TrainConfig
from trainers.recipes.config import RecipeConfig
from trainers.recipes.parts import FROZEN, TRAINED, TrainedPart, format_parts, plan_blocks


def test_scratch_trains_all_blocks_from_the_start() -> None:
    assert plan_blocks(RecipeConfig(), 2) == (TRAINED, TRAINED)


def test_a_feature_extractor_trains_no_block() -> None:
    assert plan_blocks(RecipeConfig(name="feature_extractor"), 2) == (FROZEN, FROZEN)


def test_fine_tuning_trains_the_last_blocks_later_and_slower_the_farther_they_are_from_the_head() -> None:
    recipe = RecipeConfig(
        name="fine_tune",
        head_epochs=2,
        unfrozen_blocks=2,
        body_learning_rate_factor=0.5,
        block_learning_rate_decay=0.1,
    )
    first, second, third = plan_blocks(recipe, 3)
    assert first == FROZEN
    assert (second.from_epoch, second.learning_rate_factor) == (3, pytest.approx(0.05))
    assert (third.from_epoch, third.learning_rate_factor) == (3, 0.5)
    assert not third.is_trained_in(2)
    assert third.is_trained_in(3)


def test_the_table_says_what_is_frozen_and_how_much() -> None:
    parts = [
        TrainedPart(name="stem", parameters=1200, plan=FROZEN),
        TrainedPart(name="head", parameters=30, plan=TRAINED),
    ]
    stem, head, total = format_parts(parts).splitlines()
    assert stem.split() == ["stem", "1,200", "frozen"]
    assert head.endswith("trained from epoch 1, learning rate x 1")
    assert total.endswith("1,230  1,200 frozen, 30 trained")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"recipe": {"name": "fine_tun"}}, "'scratch', 'feature_extractor' or 'fine_tune'"),
        ({"recipe": {"name": "fine_tune", "head_epochs": 8}}, "never trains the body: it is 8 of 8 epochs"),
        ({"recipe": {"unfrozen_blocks": 2}}, "unfrozen_blocks belong to the recipe fine_tune; the recipe is scratch"),
        ({"recipe": {"head": {"dropout": 1.0}}}, "less than 1"),
        ({"weights": "pushd"}, "Did you mean 'pushed'"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TrainConfig.model_validate(settings)
