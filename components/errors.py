"""Errors that a component raises for the user to act on.

ComponentError
├── DataError          the images or their schema break a rule
├── GateError          a gate stopped the run
└── PushError          the push folder cannot take the model

A runner shows the message alone, without a traceback; anything else that escapes a component is a fault of ours.
"""


class ComponentError(Exception):
    """Base of all errors whose message is meant for the user."""


class DataError(ComponentError):
    """The images, their folders or their schema break a rule."""


class GateError(ComponentError):
    """A gate stopped the run."""


class PushError(ComponentError):
    """The push folder cannot take the model."""
