import pytest
from pydantic import ValidationError

from trainers.config import TrainConfig


def test_every_field_says_what_it_means_and_its_default() -> None:
    for name, field in TrainConfig.model_fields.items():
        assert field.description, name
        assert "Default" in field.description, name


def test_survives_json() -> None:
    config = TrainConfig(model="resnet", learning_rate=0.1, seed=7)
    assert TrainConfig.model_validate_json(config.model_dump_json()) == config


def test_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        TrainConfig().epochs = 3


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("epochs", 0, "greater than or equal to 1"),
        ("epochs", 2.5, "valid integer"),
        ("epochs", True, "valid integer"),
        ("batch_size_examples", 0, "greater than or equal to 1"),
        ("optimizer", "adagrad", "'adam', 'adamw' or 'sgd'"),
        ("learning_rate", 0.0, "greater than 0"),
        ("learning_rate", float("nan"), "finite number"),
        ("learning_rate_schedule", "linear", "'constant', 'cosine', 'one_cycle' or 'reduce_on_plateau'"),
        ("warmup_fraction", 1.0, "less than 1"),
        ("weight_decay", -0.1, "greater than or equal to 0"),
        ("class_weights", "auto", "'none' or 'balanced'"),
        ("early_stopping_patience_epochs", -1, "greater than or equal to 0"),
        ("early_stopping_min_delta", 2.0, "less than or equal to 1"),
        ("seed", -1, "greater than or equal to 0"),
        ("cache_limit_mib", -1, "greater than or equal to 0"),
        ("disk_cache_limit_mib", -1, "greater than or equal to 0"),
        ("checkpoint_interval_seconds", -1, "greater than or equal to 0"),
        ("model", "resnt", "Did you mean 'resnet'"),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TrainConfig.model_validate({field: value})


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="batchsize"):
        TrainConfig.model_validate({"batchsize": 3})
