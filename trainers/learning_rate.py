"""The learning rate of every training step, as a pure function of the step; `plateau` scales it by what came before."""

import math

from trainers.config import TrainConfig

_ONE_CYCLE_START = 1 / 25
"""First rate of a one-cycle run as a share of the peak; PyTorch's and fastai's default."""
_ONE_CYCLE_END = _ONE_CYCLE_START / 1e4
"""Last rate of it."""


def learning_rate_at(step: int, *, total_steps: int, config: TrainConfig) -> float:
    """Return the learning rate for one step.

    Args:
        step: 0 for the first step of the run, up to total_steps - 1.
        total_steps: Steps of the whole run, all epochs together, at least 1.
        config: Gives the peak rate, the share of steps to warm up in, and the schedule after that.

    Returns:
        During warm-up a straight line that reaches the peak at its last step (and is never 0); then the peak itself
        for `constant` and `reduce_on_plateau`, or half a cosine from the peak towards 0 for `cosine`. For `one_cycle`
        half a cosine up during warm-up and another one down to the last step.

    Raises:
        ValueError: The step is outside the run.
    """
    if not 0 <= step < total_steps:
        raise ValueError(f"step must be from 0 to {total_steps - 1}, the last step of the run; it is {step}.")
    if config.learning_rate_schedule == "one_cycle":
        return config.learning_rate * _one_cycle(step, total_steps, config.warmup_fraction)
    warmup_steps = round(config.warmup_fraction * total_steps)
    if step < warmup_steps:
        return config.learning_rate * (step + 1) / warmup_steps
    if config.learning_rate_schedule != "cosine":
        return config.learning_rate
    fraction_done = (step - warmup_steps) / (total_steps - warmup_steps)
    return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * fraction_done))


def _one_cycle(step: int, total_steps: int, rise_fraction: float) -> float:
    """Return the rate as a share of the peak; the same curve as torch.optim.lr_scheduler.OneCycleLR."""
    last_step = total_steps - 1
    peak_step = max(0.0, rise_fraction * total_steps - 1)
    if step < peak_step:
        return _along_cosine(_ONE_CYCLE_START, 1.0, step / peak_step)
    if step == last_step == peak_step:
        return 1.0
    return _along_cosine(1.0, _ONE_CYCLE_END, (step - peak_step) / (last_step - peak_step))


def _along_cosine(start: float, end: float, fraction: float) -> float:
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * fraction))
