"""What a runner tells while it runs; screens and reports listen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

StepStatus = Literal["executed", "cached", "failed", "skipped"]


@dataclass(frozen=True)
class StepStarted:
    """A step began."""

    step: str


@dataclass(frozen=True)
class StepProgress:
    """How far a step is."""

    step: str
    message: str


@dataclass(frozen=True)
class StepFinished:
    """A step ended.

    Attributes:
        step: Its id.
        status: How it ended.
        seconds: Wall time; 0 for a cached or skipped step.
        outcome: What it did, or why it failed, in words.
    """

    step: str
    status: StepStatus
    seconds: float
    outcome: str


@dataclass(frozen=True)
class Preparing:
    """Something takes time before the first step, e.g. loading TFX."""

    message: str


Event = Preparing | StepStarted | StepProgress | StepFinished
Listener = Callable[[Event], None]
