"""Errors of the emulator.

EmulationError     the package or the run asks for something that does not work, or that is not emulated
└── TaskError      a task broke a rule of KFP's driver or launcher
"""

from pipeline.errors import PipelineError


class EmulationError(PipelineError):
    """The run cannot be emulated."""


class TaskError(EmulationError):
    """A task broke a rule of KFP's driver or launcher; on a cluster it would fail."""
