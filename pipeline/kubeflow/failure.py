"""Why a step failed, in the words that are meant for the user where there are any."""

from collections.abc import Iterator

from pydantic import ValidationError

from components.errors import ComponentError
from pipeline.errors import PipelineError
from serving.errors import ServingError
from trainers.errors import TrainerError
from trainers.export.errors import ExportError

_USER_ERRORS = (ComponentError, PipelineError, TrainerError, ExportError, ServingError)


def is_for_users(error: BaseException) -> bool:
    """Return whether an error carries a message for the user, wherever in the chain of causes."""
    return any(isinstance(cause, (*_USER_ERRORS, ValidationError)) for cause in _causes(error))


def explain(error: BaseException) -> str:
    """Return the message for the user, else the error's own first line."""
    for cause in _causes(error):
        if isinstance(cause, _USER_ERRORS):
            return str(cause)
        if isinstance(cause, ValidationError):
            return "\n".join(
                f"{cause.title}.{'.'.join(map(str, problem['loc']))}: {problem['msg']}, got {problem['input']!r}"
                for problem in cause.errors()
            )
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
