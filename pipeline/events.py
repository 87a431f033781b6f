"""What a runner tells while it runs; screens and reports listen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

StepStatus = Literal["executed", "cached", "failed", "skipped", "left out"]


@dataclass(frozen=True)
class StepStarted:
    """An attempt at a step began."""

    step: str


@dataclass(frozen=True)
class StepProgress:
    """How far a step is."""

    step: str
    message: str


@dataclass(frozen=True)
class StepSilent:
    """The process of a running step gave no sign of life for some time; one that does hangs or is starved."""

    step: str
    seconds: float


@dataclass(frozen=True)
class StepRetrying:
    """An attempt failed for a reason that may pass; another one follows.

    Attributes:
        step: Its id.
        attempt: Number of the attempt that failed, from 1.
        wait_seconds: Time until the next one.
        why: What went wrong.
    """

    step: str
    attempt: int
    wait_seconds: float
    why: str


@dataclass(frozen=True)
class StepFinished:
    """A step ended.

    Attributes:
        step: Its id.
        status: How it ended.
        seconds: Wall time of the last attempt; 0 for a step that was not executed.
        outcome: What it did, or why it failed, in words.
        attempts: Attempts that it took; 0 for a step that was not executed.
    """

    step: str
    status: StepStatus
    seconds: float
    outcome: str
    attempts: int = 0


@dataclass(frozen=True)
class Preparing:
    """Something takes time before the first step, e.g. loading TFX."""

    message: str


Event = Preparing | StepStarted | StepProgress | StepSilent | StepRetrying | StepFinished
Listener = Callable[[Event], None]
