"""Why a loss stopped being a finite number, and what to change."""

from trainers.config import TrainConfig


def diagnose_divergence(
    *,
    loss: float,
    name: str,
    epoch: int,
    step: int,
    learning_rate: float,
    last_loss: float | None,
    lowest_loss: float,
    config: TrainConfig,
) -> str:
    """Return what is known of a loss that is not finite, and what to lower.

    Args:
        loss: The loss, infinite or not a number.
        name: Which loss it is.
        epoch: Epoch in which it was seen, from 1.
        step: Step of that epoch by which it was seen, from 1; the loss is not read after every step.
        learning_rate: Rate of that step.
        last_loss: The last training loss that was finite; None when none was.
        lowest_loss: The lowest of those.
        config: How the model is trained.
    """
    course = ", and no loss was finite before"
    if last_loss is not None:
        course = f", after a loss of {last_loss:.4g}, at its lowest {lowest_loss:.4g}"
    said = f"the {name} is {loss} by step {step} of epoch {epoch} at a learning rate of {learning_rate:.3g}"
    return f"{said}; training diverged{course}. {_advice(config, went_well=last_loss is not None)}"


def _advice(config: TrainConfig, *, went_well: bool) -> str:
    sentences = [
        f"Lower learning_rate (it is {config.learning_rate:g}) or raise warmup_fraction (it is "
        f"{config.warmup_fraction:g})"
    ]
    optimization = config.optimization
    if not optimization.clip_global_norm:
        sentences.append("limit the gradients with optimization.clip_global_norm=1")
    if optimization.precision != "float32":
        sentences.append(f"try optimization.precision=float32 (it is {optimization.precision})")
    sentences.append("check the model for logarithms or divisions")
    if not went_well:
        sentences.append("and, since no step went well, the initial weights and the pixels")
    return ", ".join(sentences) + "."
