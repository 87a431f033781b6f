"""Errors of the command line and the runners, and the exit code of each.

PipelineError          exit 1
├── UsageError         exit 2: options, configuration or data that cannot be used
└── StepFailedError    exit 1: a step of the pipeline failed
"""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command tells its caller."""

    PUSHED_OR_UNCHANGED = 0
    FAILED = 1
    USAGE = 2
    NOT_BLESSED = 3
    INTERRUPTED = 130


class PipelineError(Exception):
    """Base of all errors whose message is meant for the user."""

    exit_code = ExitCode.FAILED


class UsageError(PipelineError):
    """Options, configuration or data that cannot be used; holds every problem that was found."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: Sequence[str]) -> None:
        """Join the problems into one message, a line each."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StepFailedError(PipelineError):
    """A step failed.

    Attributes:
        step: Id of the step.
    """

    def __init__(self, step: str, message: str) -> None:
        """Name the step in front of what went wrong."""
        super().__init__(f"step {step} failed: {message}")
        self.step = step
