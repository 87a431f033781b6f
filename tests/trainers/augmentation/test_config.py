import pytest
from pydantic import ValidationError

from trainers.augmentation.config import AugmentationConfig


def test_every_field_says_what_it_means_and_its_default() -> None:
    for name, field in AugmentationConfig.model_fields.items():
        assert field.description, name
        assert "Default" in field.description, name


def test_nothing_is_changed_by_default() -> None:
    config = AugmentationConfig()
    assert not (config.is_on or config.changes_levels or config.mixes)


@pytest.mark.parametrize(
    "settings",
    [{"policy": "seed"}, {"mixup_probability": 0.1}, {"cutmix_probability": 0.1}, {"random_erasing_probability": 0.1}],
)
def test_each_switch_turns_augmentation_on(settings: dict[str, object]) -> None:
    assert AugmentationConfig.model_validate(settings).is_on


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"policy": "trivail"}, "'none', 'flip_crop', 'seed', 'trivial' or 'randaugment'"),
        ({"flip_probability": 1.5}, "less than or equal to 1"),
        ({"crop_padding_fraction": 0.5}, "less than 0.5"),
        ({"magnitude": 31}, "less than or equal to 30"),
        ({"mixup_alpha": 0}, "greater than 0"),
        ({"mixup_probability": 0.6, "cutmix_probability": 0.5}, "must not add up to more than 1; they are 0.6 and 0.5"),
    ],
)
def test_a_value_out_of_range_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        AugmentationConfig.model_validate(settings)
