from trainers.config import TrainConfig
from trainers.divergence import diagnose_divergence


def _diagnosis(*, last_loss: float | None, **optimization: object) -> str:
    config = TrainConfig.model_validate({"optimization": optimization})
    return diagnose_divergence(
        loss=float("inf"),
        name="training loss",
        epoch=3,
        step=7,
        learning_rate=0.00125,
        last_loss=last_loss,
        lowest_loss=0.5,
        config=config,
    )


def test_step_rate_course_and_remedy_are_named() -> None:
    assert _diagnosis(last_loss=90.0) == (
        "the training loss is inf by step 7 of epoch 3 at a learning rate of 0.00125; training diverged, after a loss "
        "of 90, at its lowest 0.5. Lower learning_rate (it is 0.003) or raise warmup_fraction (it is 0.1), limit the "
        "gradients with optimization.clip_global_norm=1, check the model for logarithms or divisions."
    )


def test_only_what_can_be_changed_is_advised() -> None:
    diagnosis = _diagnosis(last_loss=None, clip_global_norm=1.0, precision="bfloat16")
    assert "no loss was finite before" in diagnosis
    assert "try optimization.precision=float32 (it is bfloat16)" in diagnosis
    assert "the initial weights and the pixels" in diagnosis
    assert "clip_global_norm" not in diagnosis
