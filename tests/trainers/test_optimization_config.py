import pytest
from pydantic import ValidationError

from trainers.config import TrainConfig
from trainers.optimization_config import OptimizationConfig


def test_every_field_says_what_it_means_and_its_default() -> None:
    for name, field in OptimizationConfig.model_fields.items():
        assert "Default" in (field.description or ""), name


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("label_smoothing", 1.0, "less than 1"),
        ("sampling", "random", "'shuffled' or 'balanced'"),
        ("clip_global_norm", -1.0, "greater than or equal to 0"),
        ("clip_value", float("inf"), "finite number"),
        ("micro_batches", 0, "greater than or equal to 1"),
        ("micro_batches", 1.5, "valid integer"),
        ("ema_decay", 1.0, "less than 1"),
        ("plateau_patience_epochs", 0, "greater than or equal to 1"),
        ("plateau_factor", 1.0, "less than 1"),
        ("plateau_min_delta", -1.0, "greater than or equal to 0"),
        ("precision", "half", "'float32', 'bfloat16' or 'float16'"),
        ("channels_last", True, "'auto', 'always' or 'never'"),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        OptimizationConfig.model_validate({field: value})


def test_rare_classes_are_not_balanced_twice() -> None:
    settings = {"class_weights": "balanced", "optimization": {"sampling": "balanced"}}
    with pytest.raises(ValidationError, match="corrects rare classes twice"):
        TrainConfig.model_validate(settings)
