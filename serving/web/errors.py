"""Errors as HTTP responses: one shape and one table for all protocols."""

from dataclasses import replace

from serving.errors import (
    DeadlineError,
    InvalidRequestError,
    MethodNotAllowedError,
    ModelFailedError,
    NotFoundError,
    OverloadedError,
    RequestError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
)
from serving.web.messages import Response, to_json

STATUSES: dict[type[RequestError], int] = {
    InvalidRequestError: 400,
    UnauthenticatedError: 401,
    NotFoundError: 404,
    MethodNotAllowedError: 405,
    TooLargeError: 413,
    OverloadedError: 429,
    ModelFailedError: 500,
    UnavailableError: 503,
    DeadlineError: 504,
}
_RETRY_AFTER_SECONDS = 1
"""A full queue is worked off in well under a second or two; longer waits would only leave workers idle."""


def to_response(error: RequestError) -> Response:
    """Return `{"error": "text"}` with the status of the error's kind."""
    response = to_json({"error": str(error)}, status=STATUSES[type(error)])
    return replace(response, headers=_headers_of(error))


def _headers_of(error: RequestError) -> tuple[tuple[bytes, bytes], ...]:
    if isinstance(error, OverloadedError | UnavailableError):
        return ((b"retry-after", str(_RETRY_AFTER_SECONDS).encode()),)
    if isinstance(error, UnauthenticatedError):
        # RFC 6750: no error is named when there was no token.
        return ((b"www-authenticate", b'Bearer error="invalid_token"' if error.is_wrong else b"Bearer"),)
    if isinstance(error, MethodNotAllowedError):
        return ((b"allow", ", ".join(error.allowed).encode()),)
    return ()


def unexpected_response() -> Response:
    """Return the answer to a fault of the server: nothing of it is told, the log has the traceback."""
    return to_json({"error": "The server failed on this request; its log has the reason"}, status=500)
