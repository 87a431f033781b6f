"""Why a step failed, in the words that are meant for the user where there are any."""

from pydantic import ValidationError

from components.errors import ComponentError
from pipeline.errors import PipelineError
from serving.errors import ServingError
from trainers import failure
from trainers.errors import TrainerError
from trainers.export.errors import ExportError

USER_ERRORS = (ComponentError, PipelineError, TrainerError, ExportError, ServingError)
"""Errors whose message is meant for the user."""


def is_for_users(error: BaseException) -> bool:
    """Return whether an error carries a message for the user, wherever in the chain of causes."""
    return any(isinstance(cause, (*USER_ERRORS, ValidationError)) for cause in failure.causes(error))


def is_transient(error: BaseException) -> bool:
    """Return whether another attempt at the step may go better."""
    return failure.is_transient(error, USER_ERRORS)


def explain(error: BaseException) -> str:
    """Return the message for the user, else the error's own first line."""
    for cause in failure.causes(error):
        if isinstance(cause, ValidationError):
            return "\n".join(
                f"{cause.title}.{'.'.join(map(str, problem['loc']))}: {problem['msg']}, got {problem['input']!r}"
                for problem in cause.errors()
            )
    return failure.explain(error, USER_ERRORS)
