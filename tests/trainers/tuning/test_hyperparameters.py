import pytest
from pydantic import ValidationError

from trainers.config import TrainConfig
from trainers.tuning.config import TuneConfig
from trainers.tuning.hyperparameters import space_problems, trial_settings, with_values


def test_values_replace_settings_in_all_depths_and_leave_the_others() -> None:
    train = with_values(TrainConfig(epochs=3), {"learning_rate": 0.5, "optimization.label_smoothing": 0.1})
    assert (train.epochs, train.learning_rate, train.optimization.label_smoothing) == (3, 0.5, 0.1)


def test_a_value_that_the_training_refuses_is_refused_here_too() -> None:
    with pytest.raises(ValidationError):
        with_values(TrainConfig(), {"learning_rate": -1.0})


@pytest.mark.parametrize(("of_trials", "expected"), [(None, 8), (2, 2)])
def test_a_trial_trains_as_long_as_the_training_or_as_trials_do(of_trials: int | None, expected: int) -> None:
    assert trial_settings(TrainConfig(), TuneConfig(epochs=of_trials), {}).epochs == expected


def test_every_value_that_a_trial_would_end_in_is_named_before_it_starts() -> None:
    space = {
        "learning_rate": {"low": 0.1, "high": 20},
        "batch_size_examples": {"low": 8, "high": 64},
        "augmentation.policy": ["none", "flipcrop"],
    }
    learning_rate, policy = space_problems(TrainConfig(), TuneConfig.model_validate({"space": space}))
    assert "20.0 is refused by train.learning_rate: Input should be less than or equal to 10" in learning_rate
    assert "'flipcrop' is refused by train.augmentation.policy" in policy


def test_trials_too_short_for_the_recipe_are_named() -> None:
    train = TrainConfig.model_validate({"epochs": 9, "recipe": {"name": "fine_tune", "head_epochs": 3}})
    problems = space_problems(train, TuneConfig(epochs=2))
    assert problems and all("head_epochs must be below epochs" in problem for problem in problems)
