"""What to tell of an error, and whether another attempt may go better."""

from collections.abc import Iterator

from trainers.errors import TransientError

_TRANSIENT_NAMES = frozenset({"UnavailableError", "AbortedError", "DeadlineExceededError", "_InactiveRpcError"})
"""Errors of TensorFlow, ML Metadata and gRPC that say of themselves that they may pass; named, not imported."""

ErrorTypes = tuple[type[BaseException], ...]


def explain(error: BaseException, user_errors: ErrorTypes) -> str:
    """Return the message meant for the user, wherever it is in the chain of causes, else the error's own first line.

    Args:
        error: What was caught.
        user_errors: Types whose message is meant for the user.
    """
    for cause in causes(error):
        if isinstance(cause, user_errors):
            return str(cause)
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}; the traceback is in the log"


def is_transient(error: BaseException, user_errors: ErrorTypes) -> bool:
    """Return whether another attempt may go better: after a file or network error, or when a process was killed.

    Args:
        error: What was caught.
        user_errors: Types that stand for mistakes, which stay until someone mends them.
    """
    chain = list(causes(error))
    if any(isinstance(cause, TransientError) for cause in chain):
        return True
    if any(isinstance(cause, (*user_errors, FileNotFoundError)) for cause in chain):
        return False
    return any(isinstance(cause, OSError) or type(cause).__name__ in _TRANSIENT_NAMES for cause in chain)


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what caused it, what caused that, and so on."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
