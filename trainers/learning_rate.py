"""The learning rate of every training step, as a pure function of the step."""

import math

from trainers.config import TrainConfig


def learning_rate_at(step: int, *, total_steps: int, config: TrainConfig) -> float:
    """Return the learning rate for one step.

    Args:
        step: 0 for the first step of the run, up to total_steps - 1.
        total_steps: Steps of the whole run, all epochs together, at least 1.
        config: Gives the peak rate, the share of steps to warm up in, and the schedule after that.

    Returns:
        During warm-up a straight line that reaches the peak at its last step (and is never 0); then the peak itself
        for `constant`, or half a cosine from the peak towards 0 for `cosine`.

    Raises:
        ValueError: The step is outside the run.
    """
    if not 0 <= step < total_steps:
        raise ValueError(f"step must be from 0 to {total_steps - 1}, the last step of the run; it is {step}.")
    warmup_steps = round(config.warmup_fraction * total_steps)
    if step < warmup_steps:
        return config.learning_rate * (step + 1) / warmup_steps
    if config.learning_rate_schedule == "constant":
        return config.learning_rate
    fraction_done = (step - warmup_steps) / (total_steps - warmup_steps)
    return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * fraction_done))
