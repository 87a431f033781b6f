import pytest
from slope_learner import SlopeLearner

from trainers.checkpoints.run_fingerprint import differences, run_fingerprint
from trainers.config import SPEED_SETTINGS, TrainConfig
from trainers.example_split import TrainingData


def _fingerprint(data: TrainingData, **settings: object) -> dict[str, str]:
    return run_fingerprint(SlopeLearner(), data, TrainConfig.model_validate(settings))


def test_the_same_run_has_the_same_fingerprint(colour_data: TrainingData) -> None:
    assert differences(_fingerprint(colour_data), _fingerprint(colour_data)) == []


@pytest.mark.parametrize("setting", sorted(SPEED_SETTINGS))
def test_a_setting_that_changes_no_result_does_not_count(setting: str, colour_data: TrainingData) -> None:
    assert _fingerprint(colour_data, **{setting: 7}) == _fingerprint(colour_data)


def test_every_difference_is_named(colour_data: TrainingData) -> None:
    learner = SlopeLearner()
    learner.framework_version = "2.0"
    other = run_fingerprint(learner, colour_data, TrainConfig(seed=4))
    assert differences(_fingerprint(colour_data), {**other, "new": "1"}) == [
        "framework is keras 1.0 there and keras 2.0 here",
        "new is not known there and 1 here",
        "seed is 0 there and 4 here",
    ]


def test_data_counts(colour_data: TrainingData) -> None:
    swapped = TrainingData(
        train=colour_data.eval, eval=colour_data.train, class_names=colour_data.class_names, image_shape=(16, 16, 3)
    )
    assert differences(_fingerprint(colour_data), _fingerprint(swapped)) == [
        "evaluation examples is 30 there and 96 here",
        "training examples is 96 there and 30 here",
    ]
